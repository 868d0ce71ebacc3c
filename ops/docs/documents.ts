import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncApiDocument } from './asyncapi.ts';
import { cataloguePage } from './catalogue-page.ts';
import { metricsPage } from './metrics-page.ts';

/** The generated files by name, as they are to be committed. */
export type Documents = ReadonlyMap<string, string>;

/** @param version that of the product. */
export function contractDocuments(version: string): Documents {
  return new Map([
    ['catalogue.md', cataloguePage()],
    ['asyncapi.json', `${JSON.stringify(asyncApiDocument(version), null, 2)}\n`],
    ['metrics.md', metricsPage()],
  ]);
}

export async function writeDocuments(folder: string, documents: Documents): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of documents) await writeFile(join(folder, name), text);
}

/** @returns a sentence for each file that is not what it would be if it were made now. */
export async function driftOf(folder: string, documents: Documents): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const [name, text] of documents) {
    const path = join(folder, name);
    const committed = await readFile(path, 'utf8').catch(() => undefined);
    if (committed === text) continue;
    const what = committed === undefined ? 'is missing' : 'does not say what the code says';
    sentences.push(`${path} ${what}. Run \`npm run docs\` and commit what it writes.`);
  }
  return sentences;
}
