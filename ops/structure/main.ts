// Part of `npm run check`: who may import whom (.dependency-cruiser.cjs), and whether the README's picture of that is up to
// date. With `--write`, part of `npm run docs`, it draws the picture.
import { readFile, writeFile } from 'node:fs/promises';
import { withSection } from '../docs/readme-section.ts';
import { dependencyPicture } from './picture.ts';
import { readStructure } from './read-structure.ts';

const { modules, report, sound } = await readStructure();
console.log(report);
if (!sound) process.exitCode = 1;

const readme = await readFile('README.md', 'utf8');
const drawn = withSection(readme, 'imports', dependencyPicture(modules));
if (process.argv.includes('--write')) await writeFile('README.md', drawn);
else if (drawn !== readme) {
  console.error(
    "README.md's picture of the imports is not that of the code. Run `npm run docs` and commit what it writes.",
  );
  process.exitCode = 1;
}
