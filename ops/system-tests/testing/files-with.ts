import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The files under a folder that hold one of these words, by any spelling that a word of letters and digits can be stored in. */
export async function filesWith(folder: string, words: readonly string[]): Promise<readonly string[]> {
  const pattern = new RegExp(words.flatMap(spellingsOf).join('|'), 'i');
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path, 'latin1').catch((error: NodeJS.ErrnoException) => {
      // Nodes delete files while they run.
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    // A quoted-printable text may break a line within a word.
    if (pattern.test(bytes) || pattern.test(bytes.replaceAll(/=\r?\n/g, '')))
      found.push(relative(folder, path));
  }
  return found.sort();
}

/** As it is, in UTF-16, and as it is in base64, whatever stands before and behind it. */
function spellingsOf(word: string): readonly string[] {
  const cases = [word, word.toLowerCase(), `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`];
  const inBase64 = cases.flatMap((each) =>
    [0, 1, 2].map((before) => {
      const whole = Buffer.from('x'.repeat(before) + each).toString('base64');
      return whole.slice(before === 0 ? 0 : 4, whole.length - 4).replace(/[+/=]/g, '.');
    }),
  );
  return [word, [...word].join('\\0'), ...inBase64];
}
