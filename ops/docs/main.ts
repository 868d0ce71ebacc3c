// The entry of `npm run docs`: writes every page that is made from something else, but for the picture of the imports
// (ops/structure) and the screenshots (ops/screenshots). With `--check` it only says whether what is committed is up to date,
// these included, and whether what the pages for people name is there.
import { readFile } from 'node:fs/promises';
import { problemsOfAlbum } from '../screenshots/album.ts';
import { contractDocuments, driftOf, writeDocuments } from './documents.ts';
import { licencesPage } from './licences-page.ts';
import { problemsOfPages } from './named-things.ts';
import { withSection } from './readme-section.ts';
import { screenshotsPage } from './screenshots-page.ts';
import { settingsTables } from './settings-section.ts';

const { version }: { version: string } = JSON.parse(await readFile('package.json', 'utf8'));
const readme = withSection(await readFile('README.md', 'utf8'), 'settings', settingsTables());
const licences = licencesPage(JSON.parse(await readFile('package-lock.json', 'utf8')));
const generated = [
  { folder: 'shared-contracts/messages/docs', documents: contractDocuments(version) },
  {
    folder: 'ops/docs',
    documents: new Map([
      ['licences.md', licences],
      ['screenshots.md', screenshotsPage()],
    ]),
  },
  { folder: '.', documents: new Map([['README.md', readme]]) },
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
if (process.argv.includes('--check')) {
  const problems = [...(await problemsOfAlbum()), ...(await problemsOfPages())];
  for (const sentence of problems) console.error(sentence);
  if (problems.length > 0) process.exitCode = 1;
}
