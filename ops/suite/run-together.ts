// Runs test files, given by their compiled paths, in one process: what they test ends up in one report.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , , ...files] = process.argv;
// tap calls the folder of a test after all arguments of the process; of many files that is longer than a name may be.
process.argv.splice(3);
for (const file of files) await import(pathToFileURL(resolve(file)).href);
