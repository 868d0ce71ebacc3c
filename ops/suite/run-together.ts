// Runs test files, given by their compiled paths behind a name for all of them, in one process: what they test ends up in
// one report.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// tap makes the name of a test's folder of all the arguments; with this many files that is longer than a name may be.
const [, , , ...files] = process.argv.splice(0, process.argv.length, ...process.argv.slice(0, 3));
for (const file of files) await import(pathToFileURL(resolve(file)).href);
