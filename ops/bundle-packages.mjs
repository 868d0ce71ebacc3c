// Puts each package that the compiled code imports into build/node_modules as a few files, where that code finds it before
// the root's node_modules: a process reads some hundred files then, rather than two thousand (ops/decisions/bundled-packages.md).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

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

/** What modules of CommonJS have around them, for those that end up in a file of another kind. */
const COMMONJS = `
import { createRequire as toRequire } from 'node:module';
import { dirname as toDirname } from 'node:path';
import { fileURLToPath as toPath } from 'node:url';
const require = toRequire(import.meta.url);
const __filename = toPath(import.meta.url);
const __dirname = toDirname(__filename);
`;

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
  ]);
  const stampFile = join(modules, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  // Two builds may run at the same time, as where one terminal starts the system and another asks it something.
  const next = join(root, `build/next-packages-${process.pid}`);
  rmSync(next, { recursive: true, force: true });
  await build({
    entryPoints: imported.map((module) => ({ in: module, out: join(packageOf(module), fileOf(module)) })),
    plugins: [entries(root)],
    outdir: next,
    chunkNames: '.shared/[hash]',
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
    banner: { js: COMMONJS },
    logLevel: 'warning',
  });
  for (const name of new Set(imported.map(packageOf))) {
    const its = imported.filter((module) => packageOf(module) === name);
    const exports = Object.fromEntries(
      its.map((module) => [`.${module.slice(name.length)}`, `./${fileOf(module)}.js`]),
    );
    writeFileSync(join(next, name, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  }
  writeFileSync(join(next, '.stamp'), stamp);
  replaceFolder(modules, next);
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
  const names = Object.keys(await import(module)).filter((name) => name !== 'module.exports');
  return [
    `import * as all from '${module}';`,
    ...(names.includes('default') ? ['export default all.default;'] : []),
    `export const { ${names.filter((name) => name !== 'default').join(', ')} } = all;`,
  ].join('\n');
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
