// The worked examples of CONTRIBUTING.md: each patch applies to the tree as it is, after those before it, compiles, and
// passes the tests that it brings or changes.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { applyPatch, parsePatch } from 'diff';
import t from 'tap';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..');
const PATCHES = join(ROOT, 'ops', 'contributing');
/** What a clone has, and what building it leaves; the modules are linked. */
const COPIED = ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops', 'build'];
const FILES = ['package.json', 'tsconfig.json', 'README.md', '.dependency-cruiser.cjs', 'package-lock.json'];

/** Applies a patch in unified format. @returns the paths that it changes or makes. */
async function apply(tree: string, patch: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const change of parsePatch(patch)) {
    const path = change.newFileName?.replace(/^b\//, '') ?? '';
    const file = join(tree, path);
    const before = change.oldFileName === '/dev/null' ? '' : await readFile(file, 'utf8');
    const after = applyPatch(before, change);
    if (after === false) throw new Error(`The example does not fit ${path} any more: make its patch anew.`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, after);
    paths.push(path);
  }
  return paths;
}

t.test('the worked examples of CONTRIBUTING.md', async (t) => {
  const tree = await mkdtemp(join(tmpdir(), 'deskstream-examples-'));
  t.teardown(() => rm(tree, { recursive: true, force: true }));
  for (const name of [...COPIED, ...FILES]) {
    await cp(join(ROOT, name), join(tree, name), { recursive: true, preserveTimestamps: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));

  const patches = (await readdir(PATCHES)).filter((name) => name.endsWith('.patch')).sort();
  t.strictSame(patches, ['1-event.patch', '2-handler.patch', '3-read-model.patch', '4-page.patch']);
  const contributing = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const tests = new Set<string>();
  for (const name of patches) {
    t.match(contributing, `\`${name}\``);
    const paths = await apply(tree, await readFile(join(PATCHES, name), 'utf8'));
    for (const path of paths) if (path.endsWith('.test.ts')) tests.add(path);
  }
  await run(process.execPath, ['ops/build.mjs'], { cwd: tree });
  const files = [...tests].map((test) => join('build', test.replace(/\.ts$/, '.js')));
  await run(process.execPath, ['build/ops/suite/run-together.js', 'examples', ...files], { cwd: tree }).catch(
    ({ stdout }: { readonly stdout: string }) => t.fail('the tests of the examples fail', { stdout }),
  );
  t.equal(tests.size, 7);
});
