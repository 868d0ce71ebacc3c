// Compiles the sources to build/ and puts the pages beside the compiled code, so that build/ is all that runs.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundlePackages } from './bundle-packages.mjs';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'build');
const compiled = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
  cwd: root,
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const asset = /\.(hbs|css|js|svg|png|json|txt|pem)$/;
for (const folder of ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops']) {
  const source = join(root, folder);
  if (!existsSync(source)) continue;
  for (const entry of readdirSync(source, { recursive: true })) {
    const from = join(source, entry);
    const to = join(out, folder, entry);
    if (!asset.test(entry)) continue;
    if (entry.endsWith('.css')) {
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, joinedStyle(from));
      continue;
    }
    if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) continue;
    cpSync(from, to);
  }
}

await bundlePackages(root);

/** A style sheet with those that it imports in their place, so that a browser asks for one file. */
function joinedStyle(path) {
  return readFileSync(path, 'utf8').replaceAll(/@import "(\.[^"]+)";/g, (_, imported) =>
    joinedStyle(join(dirname(path), imported)).trimEnd(),
  );
}
