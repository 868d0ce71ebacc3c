// The pictures that are kept, and what each was made of when it was taken.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashOf } from './made-of.ts';
import { FOLDERS, NOT_SHOWN, PAGES } from './pages.ts';
import { SHOTS, type Shot } from './shots.ts';

/** Where the pictures are, from the root. */
export const ALBUM = 'ops/docs/screenshots';
const MOST_NAMED = 8;
const MANIFEST = join(ALBUM, 'made-of.json');

/** The pictures that are missing, or whose page has changed since they were taken. */
export async function oldShots(): Promise<readonly Shot[]> {
  const kept = await readManifest();
  const files = new Set(await readdir(ALBUM).catch(() => []));
  const hashes = await Promise.all(SHOTS.map((shot) => hashOf(shot)));
  return SHOTS.filter(({ file }, index) => !files.has(file) || kept[file] !== hashes[index]);
}

/** Notes of these pictures that they have just been taken, and throws pictures away that there are none of any more. */
export async function noteTaken(taken: readonly Shot[]): Promise<void> {
  const kept = await readManifest();
  const entries = await Promise.all(
    SHOTS.map(
      async (shot) => [shot.file, taken.includes(shot) ? await hashOf(shot) : kept[shot.file]] as const,
    ),
  );
  await writeFile(MANIFEST, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  for (const file of await strangers()) await rm(join(ALBUM, file));
}

/** A sentence for everything that keeps the pictures from showing the product as it is. */
export async function problemsOfAlbum(): Promise<readonly string[]> {
  const missing = await templatesWithoutPicture();
  if (missing.length > 0)
    return missing.map((path) => `${path} is a page without a picture: name it in ops/screenshots/pages.ts.`);
  const old = await oldShots();
  const left = await strangers();
  if (old.length === 0 && left.length === 0) return [];
  const names = [...old.map(({ file }) => file), ...left];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [
    `${ALBUM}: the pages of ${names.slice(0, MOST_NAMED).join(', ')}${more} have changed since their pictures were taken. Run ` +
      '`npm run screenshots` (it needs Chromium, and a minute), look at what it writes, and commit it.',
  ];
}

async function strangers(): Promise<readonly string[]> {
  const ours = new Set(SHOTS.map(({ file }) => file));
  const files = await readdir(ALBUM).catch(() => []);
  return files.filter((file) => file.endsWith('.webp') && !ours.has(file));
}

async function templatesWithoutPicture(): Promise<readonly string[]> {
  const known = new Set([...PAGES.map(({ template }) => template), ...Object.keys(NOT_SHOWN)]);
  const folders = new Set([...FOLDERS, ...PAGES.map(({ template }) => dirname(template))]);
  const found = await Promise.all(
    [...folders].map(async (folder) =>
      (await readdir(folder))
        .filter((file) => file.endsWith('.hbs') && file !== 'layout.hbs')
        .map((file) => join(folder, file)),
    ),
  );
  return found.flat().filter((path) => !known.has(path));
}

async function readManifest(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(MANIFEST, 'utf8').catch(() => '{}');
  return JSON.parse(text);
}
