// Runs test files, given by their compiled paths, in one process: what they test ends up in one report.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const [, , , ...files] = process.argv;
// tap calls the folder of a test after all arguments of the process; of many files that is longer than a name may be.
process.argv.splice(3);
for (const file of files) {
  await import(pathToFileURL(resolve(file)).href);
  // Tests run most of what they run so briefly that optimizing it takes V8 longer than it saves: three times later than usual.
  // Not before packages are loaded, since what was compiled of them is for the usual flags.
  setFlagsFromString('--interrupt-budget=400000');
}
