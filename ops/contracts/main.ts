// The entry of `npm run contracts`: writes the event catalogue, the AsyncAPI document, the table of metrics and the README's tables of
// settings; with `--check` it only says whether the committed ones are up to date.
import { readFile } from 'node:fs/promises';
import { contractDocuments, driftOf, writeDocuments } from './documents.ts';
import { withSettingsSection } from './settings-section.ts';

const FOLDER = 'shared-contracts/messages/docs';

const { version }: { version: string } = JSON.parse(await readFile('package.json', 'utf8'));
const readme = new Map([['README.md', withSettingsSection(await readFile('README.md', 'utf8'))]]);
const generated = [
  { folder: FOLDER, documents: contractDocuments(version) },
  { folder: '.', documents: readme },
];
for (const { folder, documents } of generated) {
  if (process.argv.includes('--check')) {
    const drift = await driftOf(folder, documents);
    for (const sentence of drift) console.error(sentence);
    if (drift.length > 0) process.exitCode = 1;
  } else {
    await writeDocuments(folder, documents);
    console.log(`Wrote ${[...documents.keys()].join(' and ')} in ${folder}.`);
  }
}
