// What a picture is made of, as a hash, so that it can be told without a browser that a page has changed since.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Shot } from './shots.ts';

/** The bases that sites are built on: their layout, partials and style sheets are those of every page on them. */
const SERVICES_BASE = 'shared-contracts/runtime/web';
const NODES_BASE = 'ops/embedded/shared';

/**
 * A hash of what decides how a page looks: its template, the layout, every partial that these include, each with what
 * it includes, and the style sheets of the site and of the base that it stands on; and of how the picture is framed.
 *
 * Comments, indentation, and in which file and order rules of style stand do not count, so moving them about makes
 * no picture old. Neither does what a page shows: texts and figures come from code, and nobody wants to take pictures anew for
 * each of its changes. Those who change what a page says take its picture by name.
 */
export async function hashOf({ page, frame }: Shot, root = '.'): Promise<string> {
  const folder = join(root, dirname(page.template));
  const base = join(root, page.template.startsWith('ops/embedded/') ? NODES_BASE : SERVICES_BASE);
  const folders = [folder, join(base, 'pages')];
  const templates = new Map<string, string>();
  const take = async (path: string | undefined): Promise<void> => {
    if (path === undefined || templates.has(path)) return;
    const text = (await readFile(path, 'utf8')).replaceAll(/\{\{!--[\s\S]*?--\}\}|\{\{![^}]*\}\}/g, '');
    templates.set(path, withoutSpace(text));
    for (const [, name = ''] of text.matchAll(/\{\{#?>\s*([\w/-]+)/g)) await take(await find(name, folders));
  };
  await take(join(root, page.template));
  await take(join(base, 'pages/layout.hbs'));
  const styles = await Promise.all([...new Set([base, dirname(folder)])].map(rulesBelow));
  const hash = createHash('sha256');
  // Names of files do not count; which template is the page's own does.
  for (const text of templates.values()) hash.update(text).update('\n');
  for (const rule of styles.flat().sort()) hash.update(rule).update('\n');
  return hash
    .update(JSON.stringify([page.name, frame]))
    .digest('base64url')
    .slice(0, 16);
}

/** Where a partial is written; undefined for one that a template defines for itself. */
async function find(partial: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const files = await filesBelow(join(folder, 'partials'), `/${partial}.hbs`);
    if (files[0] !== undefined) return files[0];
  }
  return undefined;
}

/** The rules of the style sheets in all folders below, each as one text. */
async function rulesBelow(folder: string): Promise<readonly string[]> {
  const texts = await Promise.all((await filesBelow(folder, '.css')).map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) =>
    withoutSpace(text.replaceAll(/\/\*[\s\S]*?\*\//g, ''))
      .split(/;?\}/)
      .filter(Boolean),
  );
}

async function filesBelow(folder: string, end: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries
    .map((entry) => join(folder, entry))
    .filter((path) => path.endsWith(end))
    .sort();
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
