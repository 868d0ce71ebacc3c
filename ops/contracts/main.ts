// The entry of `npm run contracts`: writes the event catalogue, the AsyncAPI document and the table of metrics; with `--check` it only says whether
// the committed ones are up to date.
import { readFile } from 'node:fs/promises';
import { contractDocuments, driftOf, writeDocuments } from './documents.ts';

const FOLDER = 'shared-contracts/messages/docs';

const { version }: { version: string } = JSON.parse(await readFile('package.json', 'utf8'));
const documents = contractDocuments(version);
if (process.argv.includes('--check')) {
  const drift = await driftOf(FOLDER, documents);
  for (const sentence of drift) console.error(sentence);
  if (drift.length > 0) process.exitCode = 1;
} else {
  await writeDocuments(FOLDER, documents);
  console.log(`Wrote ${[...documents.keys()].join(' and ')} to ${FOLDER}.`);
}
