// Puts each package that the compiled code imports into build/node_modules as a few files, where that code finds it before
// the root's node_modules: a process reads some hundred files then, rather than two thousand (ops/decisions/bundled-packages.md).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';

/** Where what packages share is, and what loads all of it. */
const SHARED = '.shared';
const LOADER = join(import.meta.dirname, 'load-package.mjs');

/** They hold compiled code of the platform, which no bundle takes in. */
const NATIVE = ['lmdb', '@node-rs/argon2'];

/** What packages try to load, and do without. */
const OPTIONAL = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
];

const IMPORTED = /(?:^import|^export|^\} from|[ (]from|import\()[^'"\n]*['"]([^'"./][^'"]*)['"]/gm;

/**
 * @param root the folder of package.json, with the compiled code in build/
 */
export async function bundlePackages(root) {
  const modules = join(root, 'build/node_modules');
  const imported = importedModules(root);
  const stamp = stampOf([
    ...imported,
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
    readFileSync(import.meta.filename, 'utf8'),
    readFileSync(LOADER, 'utf8'),
  ]);
  const stampFile = join(modules, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  // Two builds may run at the same time, as where one terminal starts the system and another asks it something.
  const next = join(root, `build/next-packages-${process.pid}`);
  rmSync(next, { recursive: true, force: true });
  const { outputFiles } = await build({
    entryPoints: imported.map((module) => ({ in: module, out: join(packageOf(module), fileOf(module)) })),
    plugins: [entries(root)],
    outdir: next,
    chunkNames: `${SHARED}/[hash]`,
    bundle: true,
    // A package that two of them use stays one.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // As Node itself chooses among the files of a package.
    conditions: [],
    mainFields: ['main'],
    keepNames: true,
    external: [...NATIVE, ...OPTIONAL],
    logLevel: 'warning',
    write: false,
  });
  for (const { path, text } of outputFiles) await writeScript(path, text);
  copyFileSync(LOADER, join(next, SHARED, basename(LOADER)));
  for (const module of imported) await writeEntry(next, module);
  for (const name of new Set(imported.map(packageOf))) {
    const its = imported.filter((module) => packageOf(module) === name);
    const exports = Object.fromEntries(
      its.map((module) => [`.${module.slice(name.length)}`, `./${fileOf(module)}.js`]),
    );
    writeFileSync(join(next, name, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  }
  writeFileSync(join(next, '.stamp'), stamp);
  replaceFolder(modules, next);
  compile(modules, imported);
}

/** Writes a bundle as the body of a function, which is what can be run with what was compiled of it before. */
async function writeScript(path, source) {
  const { code } = await transform(source, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { 'import.meta.url': '__url' },
    // What a package loads when it is first needed comes from the loader, too.
    supported: { 'dynamic-import': false },
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path.replace(/js$/, 'cjs'), code);
}

/** Writes the module that Node finds: it exports what the script does. */
async function writeEntry(folder, module) {
  const script = join(packageOf(module), `${fileOf(module)}.cjs`);
  const path = join(folder, script.replace(/cjs$/, 'js'));
  const loader = relative(dirname(path), join(folder, SHARED, basename(LOADER)));
  const { names, hasDefault } = await exportsOf(module);
  const lines = [
    `import { loadPackage } from '${loader}';`,
    `const all = loadPackage('${script}');`,
    `export const { ${names.join(', ')} } = all;`,
    ...(hasDefault ? ['export default all.default;'] : []),
  ];
  writeFileSync(path, lines.join('\n'));
}

/** Loads everything once, in a process of its own and from where it stays, and keeps what V8 has compiled for that beside it. */
function compile(folder, imported) {
  const program = `
    import { renameSync, writeFileSync } from 'node:fs';
    const { compiledFiles, loadPackage } = await import(process.argv[1]);
    for (const file of process.argv.slice(2)) loadPackage(file);
    for (const [path, data] of compiledFiles()) {
      writeFileSync(path + '.' + process.pid, data);
      renameSync(path + '.' + process.pid, path + '.compiled');
    }
    process.exit(0);`;
  const loader = pathToFileURL(join(folder, SHARED, basename(LOADER))).href;
  const scripts = imported.map((module) => join(packageOf(module), `${fileOf(module)}.cjs`));
  const args = ['--input-type=module', '--eval', program, '--', loader, ...scripts];
  const isDone = () => spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
  // Another build may just put the same there, and take away what is being loaded.
  if (!isDone() && !isDone()) throw new Error('The packages cannot be loaded from their bundles.');
}

/** Where another build has put the same there meanwhile, that one stays. */
function replaceFolder(folder, next) {
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(next, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
    rmSync(next, { recursive: true, force: true });
  }
}

/** What the compiled code imports from the packages that it depends on: `mongodb`, `typebox/value`. */
function importedModules(root) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const bundled = Object.keys(dependencies).filter((name) => !NATIVE.includes(name));
  const found = new Set();
  for (const folder of ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops']) {
    for (const file of readdirSync(join(root, 'build', folder), { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      const source = readFileSync(join(root, 'build', folder, file), 'utf8');
      for (const [, module] of source.matchAll(IMPORTED))
        if (bundled.includes(packageOf(module))) found.add(module);
    }
  }
  return [...found].toSorted();
}

/**
 * Entries that export what Node finds in their module: what one of CommonJS exports cannot be read off its source. They are
 * resolved from the root, so that none finds an earlier bundle.
 */
function entries(root) {
  return {
    name: 'entries',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === 'entry-point' ? { path: `${path}.mjs`, namespace: 'entry', pluginData: path } : undefined,
      );
      onLoad({ filter: /./, namespace: 'entry' }, async ({ pluginData: module }) => ({
        contents: await entryOf(module),
        resolveDir: root,
      }));
    },
  };
}

async function entryOf(module) {
  const { names, hasDefault } = await exportsOf(module);
  return [
    `import * as all from '${module}';`,
    ...(hasDefault ? ['export default all.default;'] : []),
    `export const { ${names.join(', ')} } = all;`,
  ].join('\n');
}

async function exportsOf(module) {
  const names = Object.keys(await import(module)).filter((name) => name !== 'module.exports');
  return { names: names.filter((name) => name !== 'default'), hasDefault: names.includes('default') };
}

function packageOf(module) {
  return module.split('/', module.startsWith('@') ? 2 : 1).join('/');
}

function fileOf(module) {
  return module.slice(packageOf(module).length + 1).replace(/\.js$/, '') || 'index';
}

function stampOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
