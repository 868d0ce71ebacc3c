/**
 * The README with a part of it made anew: what stands between the lines that begin and end it.
 *
 * @throws Error when the text has no such part.
 */
export function withSection(readme: string, name: string, text: string): string {
  const begin = `<!-- ${name}: made by npm run docs -->`;
  const end = `<!-- end of ${name} -->`;
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The README needs the lines ${begin} and ${end}.`);
  return `${readme.slice(0, from)}${begin}\n\n${text}\n\n${readme.slice(to)}`;
}
