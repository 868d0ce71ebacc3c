// A file that is written anew holds what is there, nothing of what was there before, and survives every interruption.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import t from 'tap';
import { copyTable, LmdbFile } from './lmdb-file.ts';

type Tables = { readonly texts: Database<string, string>; readonly sorted: Database<number, string> };

const openFile = (dir: string) =>
  LmdbFile.open({
    dir,
    name: 'data.lmdb',
    openRoot: (path): RootDatabase<unknown, string> => open({ path, maxDbs: 4 }),
    openTables: (root): Tables => ({
      texts: root.openDB('texts', {}),
      sorted: root.openDB('sorted', { dupSort: true, encoding: 'ordered-binary' }),
    }),
    copy: async (from, to) => {
      await copyTable(from.texts, to.texts);
      await copyTable(from.sorted, to.sorted);
    },
  });

async function holds(dir: string, word: string): Promise<boolean> {
  for (const file of await readdir(dir))
    if ((await readFile(join(dir, file), 'latin1')).includes(word)) return true;
  return false;
}

/** A file with a hundred entries, every tenth of which was removed again. */
async function setUp(t: { testdir(): string }) {
  const dir = t.testdir();
  const file = await openFile(dir);
  for (let number = 0; number < 100; number += 1) {
    await file.write(({ texts, sorted }) => {
      texts.put(
        `k${number}`,
        `${number % 10 === 0 ? 'persimmon' : 'apple'} ${number} ${'x'.repeat(number * 60)}`,
      );
      sorted.put('all', number);
      sorted.put('all', number + 1000);
    });
  }
  await file.write(({ texts, sorted }) => {
    for (let number = 0; number < 100; number += 10) {
      texts.remove(`k${number}`);
      sorted.remove('all', number);
    }
  });
  return { dir, file };
}

const contentsOf = ({ tables }: { tables: Tables }) => [
  [...tables.texts.getRange().map(({ key, value }) => [key, value.length])],
  [...tables.sorted.getValues('all')],
];

t.test('what is there is there afterwards, and what was removed is in no file', async (t) => {
  const { dir, file } = await setUp(t);
  t.equal(await holds(dir, 'persimmon'), true, 'LMDB leaves it where it was');
  const before = contentsOf(file);
  const iterator = file.tables.texts.getRange({ snapshot: false })[Symbol.iterator]();
  t.equal(iterator.next().value?.key, 'k1');
  const late = file.compact();
  const written = file.write(({ texts }) => texts.put('late', 'late'));
  await Promise.all([late, written]);
  t.equal(iterator.next().value?.key, 'k11', 'who was reading reads on');
  t.equal(await holds(dir, 'persimmon'), false);
  t.equal(file.tables.texts.get('late'), 'late', 'what was written meanwhile is in the new file');
  await file.write(({ texts }) => texts.remove('late'));
  t.strictSame(contentsOf(file), before);
  await file.compact();
  await file.compact();
  t.equal(await holds(dir, 'late'), false);
  await file.close();
  t.strictSame((await readdir(dir)).sort(), ['data.lmdb.3', 'data.lmdb.3-lock']);
  const again = await openFile(dir);
  t.strictSame(contentsOf(again), before);
  await again.close();
});

t.test(
  'whatever an interruption has left, the newest whole file is opened and the rest deleted',
  async (t) => {
    const { dir, file } = await setUp(t);
    const before = contentsOf(file);
    await file.close();
    await writeFile(join(dir, 'data.lmdb.unfinished'), 'half a persimmon');
    const old = await openFile(dir);
    t.strictSame([contentsOf(old), (await readdir(dir)).includes('data.lmdb.unfinished')], [before, false]);
    await old.close();

    // Interrupted between the two: both files are there.
    const copy = await mkdtemp(join(tmpdir(), 'deskstream-lmdb-'));
    t.teardown(() => rm(copy, { recursive: true }));
    await cp(dir, copy, { recursive: true });
    const writer = await openFile(dir);
    await writer.compact();
    await writer.close();
    await cp(join(dir, 'data.lmdb.1'), join(copy, 'data.lmdb.1'));
    const next = await openFile(copy);
    t.strictSame([contentsOf(next), await holds(copy, 'persimmon')], [before, false]);
    await next.close();
  },
);
