// Runs a file of `build/node_modules` with what V8 compiled of it when it was built: compiling is most of what loading a package
// costs, and Node keeps nothing of it from one process to the next. Copied there by `bundle-packages.mjs`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

const FOLDER = join(import.meta.dirname, '..');
const PARAMETERS = 'exports, require, module, __filename, __dirname, __url';

/** The files that run in this process, by their paths within the folder. Module state on purpose, as in Node's own `require`. */
const modules = new Map();

/** @returns what the file exports. */
export function loadPackage(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.module.exports;
  const path = join(FOLDER, file);
  const script = new Script(`(function (${PARAMETERS}) {${readFileSync(path, 'latin1')}\n})`, {
    filename: path,
    cachedData: compiledCode(path),
  });
  const module = { exports: {} };
  modules.set(file, { module, script });
  const ofOthers = createRequire(path);
  const require = (id) =>
    id.startsWith('.') ? loadPackage(join(dirname(file), id).replace(/js$/, 'cjs')) : ofOthers(id);
  require.resolve = ofOthers.resolve;
  const run = script.runInThisContext();
  run(module.exports, require, module, path, dirname(path), pathToFileURL(path).href);
  return module.exports;
}

/** What V8 has compiled by now, by the path of the file. */
export function compiledFiles() {
  return [...modules].map(([file, { script }]) => [join(FOLDER, file), script.createCachedData()]);
}

/** Undefined where the files were built without; what another version of V8 made, V8 does not take. */
function compiledCode(path) {
  try {
    return readFileSync(`${path}.compiled`);
  } catch {
    return undefined;
  }
}
