import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import t from 'tap';
import { type NodeProcess, startNodeProcess } from '../../shared/testing/node-process.ts';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { startMongodbNode } from '../node.ts';
import { refusal } from '../testing/start-node.ts';

type Numbered = Document & { _id: number };

async function startProcess(dataDir: string): Promise<{ node: NodeProcess; client: MongoClient }> {
  const module = new URL('../node.js', import.meta.url);
  const node = await startNodeProcess(module, 'startMongodbNode', { dataDir, port: 0 });
  const url = `mongodb://127.0.0.1:${node.ports.mongodb}`;
  return { node, client: new MongoClient(url, { serverSelectionTimeoutMS: 500 }) };
}

t.test('what was acknowledged survives kill -9, with its indexes', async (t) => {
  const dataDir = t.testdir();
  const acknowledged = new Set<number>();
  const revisions = new Map<number, number>();
  let next = 0;
  for (let round = 0; round < 2; round++) {
    const { node, client } = await startProcess(dataDir);
    const some = client.db('test').collection<Numbered>('some');
    await some.createIndex({ twice: 1 }, { unique: true });
    const enough = acknowledged.size + 300;
    let running = true;
    const writers = Array.from({ length: 4 }, async () => {
      while (running) {
        const ids = [next++, next++, next++];
        try {
          await some.insertMany(ids.map((_id) => ({ _id, twice: _id * 2, revision: 0 })));
          for (const id of ids) acknowledged.add(id);
          const [_id = 0] = ids;
          await some.updateOne({ _id, revision: 0 }, { $set: { revision: 1 } }, { upsert: true });
          revisions.set(_id, 1);
        } catch {
          running = false;
        }
      }
    });
    await waitFor('enough writes', async () => acknowledged.size >= enough);
    await node.kill();
    await Promise.all(writers);
    await client.close();
  }
  const node = await startMongodbNode({ dataDir, port: 0 });
  const client = await MongoClient.connect(`mongodb://127.0.0.1:${node.ports.mongodb}`);
  t.teardown(async () => {
    await client.close();
    await node.close();
  });
  const some = client.db('test').collection<Numbered>('some');
  const found = await some.find().toArray();
  const ids = new Set(found.map(({ _id }) => _id));
  t.same(
    [...acknowledged].filter((id) => !ids.has(id)),
    [],
    'no acknowledged document is missing',
  );
  const stale = found.filter(({ _id, revision }) => revision !== (revisions.get(_id) ?? revision));
  t.same(stale, [], 'no acknowledged update is missing');
  t.equal(await some.estimatedDocumentCount(), found.length, 'the count is right');
  const through = await some
    .find({ twice: { $gte: 0 } })
    .hint('twice_1')
    .toArray();
  t.equal(through.length, found.length, 'the index has every document');
  t.equal(await some.countDocuments({}, { hint: '_id_' }), found.length);
});

t.test('a dropped collection leaves nothing, even when the node ends first', async (t) => {
  const dataDir = t.testdir();
  const { node, client } = await startProcess(dataDir);
  const gone = client.db('test').collection<Numbered>('gone');
  await gone.createIndex({ n: 1 });
  for (let first = 0; first < 20_000; first += 5000) {
    await gone.insertMany(
      Array.from({ length: 5000 }, (_, i) => ({ _id: first + i, n: i, pad: 'x'.repeat(100) })),
    );
  }
  await gone.drop();
  await node.kill();
  await client.close();
  const again = await startProcess(dataDir);
  t.teardown(async () => {
    await again.client.close();
    await again.node.stop();
  });
  const db = again.client.db('test');
  t.same(await db.listCollections().toArray(), []);
  await db.collection<Numbered>('gone').insertOne({ _id: 1 });
  t.same(await db.collection<Numbered>('gone').find().toArray(), [{ _id: 1 }]);
});

t.test('a folder of something else is left alone', async (t) => {
  const dataDir = t.testdir({ FORMAT: 'broker 1\n' });
  await t.rejects(startMongodbNode({ dataDir, port: 0 }), /holds data of "broker"/);
});

t.test(
  'compacting leaves nothing of what was deleted, and loses nothing that is written meanwhile',
  async (t) => {
    const dataDir = t.testdir();
    const { node, client } = await startProcess(dataDir);
    const db = client.db('test');
    const some = db.collection<Numbered>('some');
    await some.createIndex({ text: 1 });
    const texts = Array.from({ length: 2000 }, (_, _id) => ({ _id, text: `persimmon ${_id}` }));
    await some.insertMany(texts);
    await db.collection('dropped').insertOne({ text: 'persimmon' });
    await db.collection('dropped').drop();
    await some.updateMany({}, { $set: { text: 'apple' } });
    await some.deleteMany({ _id: { $gte: 1000 } });
    t.ok((await holding(dataDir, 'persimmon')).length > 0);

    const cursor = some.find({}).sort({ _id: 1 }).batchSize(100);
    t.equal((await cursor.next())?._id, 0);
    const acknowledged: number[] = [];
    let running = true;
    const writer = (async () => {
      for (let _id = 10_000; running; _id += 1) {
        await some.insertOne({ _id, text: `late ${_id}` });
        acknowledged.push(_id);
      }
    })();
    for (let time = 0; time < 3; time += 1) await db.command({ compact: 'some', force: true });
    t.strictSame(await holding(dataDir, 'persimmon'), []);
    running = false;
    await writer;
    let read = 1;
    for await (const { _id } of cursor) if (_id < 1000) read += 1;
    t.equal(read, 1000, 'a cursor reads on in the new file');
    t.strictSame(
      await refusal(db.command({ compact: 'none' })),
      { code: 26, codeName: 'NamespaceNotFound' },
      'as a server does',
    );
    await node.kill();
    await client.close();

    const again = await startProcess(dataDir);
    t.teardown(async () => {
      await again.client.close();
      await again.node.kill();
    });
    const kept = again.client.db('test').collection<Numbered>('some');
    t.strictSame(
      [
        await kept.countDocuments({ text: 'apple' }),
        (
          await kept
            .find({ _id: { $gte: 10_000 } })
            .sort({ _id: 1 })
            .toArray()
        )
          .map(({ _id }) => _id)
          .slice(0, acknowledged.length),
      ],
      [1000, acknowledged],
    );
    t.strictSame((await readdir(dataDir)).sort(), ['FORMAT', 'data.lmdb.3', 'data.lmdb.3-lock']);
  },
);

async function holding(dir: string, word: string): Promise<readonly string[]> {
  const files = await readdir(dir);
  const bytes = await Promise.all(files.map((file) => readFile(join(dir, file), 'latin1')));
  return files.filter((_, index) => bytes[index]?.includes(word));
}
