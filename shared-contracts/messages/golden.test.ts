import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { CATALOGUE } from './catalogue.ts';
import { decodeMessage } from './decode-message.ts';

/**
 * A message as some version of this product has written it. `decodesTo` says what today's code must read from it; a
 * file of today's version may leave it out: it reads as it stands. Once released, a file is never changed.
 */
type Golden = { type: string; version: number; data: unknown; decodesTo?: unknown };

const folder = join(import.meta.dirname, 'golden');

async function readGolden(name: string): Promise<Golden> {
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}

t.test('there is a golden file for every version of every message, and no other', async (t) => {
  const wanted = [...CATALOGUE.values()].flatMap(({ type, version }) =>
    Array.from({ length: version }, (_, index) => `${type}.v${index + 1}.json`),
  );
  t.strictSame((await readdir(folder)).sort(), wanted.sort());
});

t.test('every golden file decodes to what it says', async (t) => {
  for (const definition of CATALOGUE.values()) {
    for (let version = 1; version <= definition.version; version += 1) {
      const name = `${definition.type}.v${version}.json`;
      const golden = await readGolden(name);
      t.strictSame({ type: golden.type, version: golden.version }, { type: definition.type, version }, name);
      if (version < definition.version) t.ok('decodesTo' in golden, `${name} says what it decodes to today`);
      t.strictSame(
        decodeMessage(definition, golden.data, golden.version),
        { type: definition.type, data: golden.decodesTo ?? golden.data },
        name,
      );
    }
  }
});
