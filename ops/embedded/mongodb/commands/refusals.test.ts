import { type Document, Long } from 'mongodb';
import t from 'tap';
import { refusal, startTestNode } from '../testing/start-node.ts';

type Named = Document & { _id: string };

t.test('what is only on a newer or another kind of server is refused', async (t) => {
  const { client, db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  await some.insertOne({ _id: 'x' });
  const model = { namespace: 'test.some', name: 'insertOne', document: { a: 1 } } as const;
  await t.rejects(client.bulkWrite([model]), { cause: { code: 59 } }, 'as a server before 8.0 answers');
  const bulkWrite = { bulkWrite: 1, ops: [], nsInfo: [{ ns: 'test.some' }] };
  const capped: Document = { tailable: true };
  const pipeline = (...stages: Document[]) => refusal(some.aggregate(stages).toArray());
  const loud = { code: 238, codeName: 'NotImplemented' };
  t.same(
    {
      bulkWrite: await refusal(client.db('admin').command(bulkWrite)),
      tailable: await refusal(some.find({}, capped).toArray()),
      snapshot: await refusal(some.find({}, { readConcern: { level: 'snapshot' } }).toArray()),
      linearizable: await refusal(some.find({}, { readConcern: { level: 'linearizable' } }).toArray()),
      out: await pipeline({ $out: 'other' }),
      merge: await pipeline({ $merge: { into: 'other' } }),
      graph: await pipeline({
        $graphLookup: { from: 'some', startWith: '$a', connectFromField: 'a', connectToField: 'b', as: 'c' },
      }),
      where: await refusal(some.find({ $where: 'true' }).toArray()),
      text: await refusal(some.find({ $text: { $search: 'a' } }).toArray()),
      geo: await refusal(some.createIndex({ at: '2dsphere' })),
      hashed: await refusal(some.createIndex({ at: 'hashed' })),
      wildcard: await refusal(some.createIndex({ '$**': 1 })),
      indexOption: await refusal(
        db.command({ createIndexes: 'some', indexes: [{ key: { a: 1 }, name: 'a', sparze: true }] }),
      ),
      quorum: await refusal(some.createIndex({ a: 1 }, { commitQuorum: 'majority' })),
      collation: await refusal(some.updateOne({}, { $set: { a: 1 } }, { collation: { locale: 'cs' } })),
      hint: await refusal(some.updateOne({}, { $set: { a: 1 } }, { hint: 'nothing' })),
      aggregateHint: await refusal(some.aggregate([{ $match: {} }], { hint: 'nothing' }).toArray()),
      updateField: await refusal(
        db.command({ update: 'some', updates: [{ q: {}, u: { $set: { a: 1 } }, warp: 1 }] }),
      ),
      updateOperator: await refusal(some.updateOne({}, { $warp: { a: 1 } })),
      deleteField: await refusal(db.command({ delete: 'some', deletes: [{ q: {}, limit: 1, warp: 1 }] })),
      mapReduce: await refusal(db.command({ mapReduce: 'some' })),
      view: await refusal(db.createCollection('view', { viewOn: 'some', pipeline: [] })),
      validator: await refusal(db.createCollection('checked', { validator: { a: 1 } })),
    },
    {
      bulkWrite: { code: 59, codeName: 'CommandNotFound' },
      tailable: loud,
      snapshot: { code: 123, codeName: 'NotAReplicaSet' },
      linearizable: { code: 123, codeName: 'NotAReplicaSet' },
      out: loud,
      merge: loud,
      graph: loud,
      where: loud,
      text: loud,
      geo: loud,
      hashed: loud,
      wildcard: loud,
      indexOption: { code: 197, codeName: 'InvalidIndexSpecificationOption' },
      quorum: { code: 2, codeName: 'BadValue' },
      collation: { code: 238 },
      hint: { code: 2 },
      aggregateHint: { code: 2, codeName: 'BadValue' },
      updateField: { code: 40415, codeName: 'Location40415' },
      updateOperator: { code: 9 },
      deleteField: { code: 40415, codeName: 'Location40415' },
      mapReduce: { code: 59, codeName: 'CommandNotFound' },
      view: loud,
      validator: loud,
    },
  );
  t.same(await some.find().toArray(), [{ _id: 'x' }], 'and nothing of it was done');
  t.same((await some.indexes()).length, 1);
});

t.test('refusals have the codes of MongoDB', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection<Named>('some');
  await some.insertOne({ _id: 'x', list: [1], text: 'a' });
  const refused = async (work: Promise<unknown>) => refusal(work);
  const asked = (a: Document): Document => ({ a });
  const update = (change: Document) => refused(some.updateOne({ _id: 'x' }, change));
  t.same(
    {
      command: await refused(db.command({ teleport: 1 })),
      field: await refused(
        db.command({ ping: 1, $db: 'test' }).then(() => db.command({ find: 'some', warp: 1 })),
      ),
      operator: await refused(some.find(asked({ $near: 1 })).toArray()),
      unknownOperator: await refused(some.find(asked({ $wat: 1 })).toArray()),
      duplicate: await refused(some.insertOne({ _id: 'x' })),
      id: await update({ $set: { _id: 'y' } }),
      conflict: await update({ $set: { a: 1 }, $inc: { 'a.b': 1 } }),
      path: await update({ $set: { 'text.inner': 1 } }),
      increment: await update({ $inc: { text: 1 } }),
      push: await update({ $push: { text: 1 } }),
      stage: await refused(some.aggregate([{ $explode: {} }]).toArray()),
      expression: await refused(some.aggregate([{ $set: { a: { $wat: 1 } } }]).toArray()),
      accumulator: await refused(some.aggregate([{ $group: { _id: 1, a: { $wat: 1 } } }]).toArray()),
      changes: await refused(some.watch().next()),
      collation: await refused(some.find({}, { collation: { locale: 'cs' } }).toArray()),
      capped: await refused(db.createCollection('capped', { capped: true, size: 1000 })),
      exists: await refused(db.createCollection('some')),
      textIndex: await refused(some.createIndex({ text: 'text' })),
      noIndex: await refused(some.dropIndex('nothing')),
      idIndex: await refused(some.dropIndex('_id_')),
      indexes: await refused(db.collection('missing').indexes()),
      name: await refused(db.collection('system.x').insertOne({})),
      servers: await refused(some.insertOne({ _id: 'w' }, { writeConcern: { w: 2 } })),
      rename: await refused(db.collection('missing').rename('other')),
      cursor: await refused(db.command({ getMore: Long.fromNumber(42), collection: 'some' })),
      time: await refused(db.command({ setParameter: 1 })),
    },
    {
      command: { code: 59, codeName: 'CommandNotFound' },
      field: { code: 40415, codeName: 'Location40415' },
      operator: { code: 238, codeName: 'NotImplemented' },
      unknownOperator: { code: 2, codeName: 'BadValue' },
      duplicate: { code: 11000 },
      id: { code: 66 },
      conflict: { code: 40 },
      path: { code: 28 },
      increment: { code: 14 },
      push: { code: 2 },
      stage: { code: 40324, codeName: 'Location40324' },
      expression: { code: 168, codeName: 'InvalidPipelineOperator' },
      accumulator: { code: 15952, codeName: 'Location15952' },
      changes: { code: 40573, codeName: 'Location40573' },
      collation: { code: 238, codeName: 'NotImplemented' },
      capped: { code: 238, codeName: 'NotImplemented' },
      exists: { code: 48, codeName: 'NamespaceExists' },
      textIndex: { code: 238, codeName: 'NotImplemented' },
      noIndex: { code: 27, codeName: 'IndexNotFound' },
      idIndex: { code: 72, codeName: 'InvalidOptions' },
      indexes: { code: 26, codeName: 'NamespaceNotFound' },
      name: { code: 73 },
      servers: { code: 2, codeName: 'BadValue' },
      rename: { code: 26, codeName: 'NamespaceNotFound' },
      cursor: { code: 43, codeName: 'CursorNotFound' },
      time: { code: 59, codeName: 'CommandNotFound' },
    },
  );
  t.equal(await some.countDocuments(), 1, 'and nothing of it was done');
});

t.test('sessions are taken, transactions are refused', async (t) => {
  const { client, db } = await startTestNode(t);
  const some = db.collection('some');
  await client.withSession(async (session) => {
    await some.insertOne({ a: 1 }, { session });
    t.equal(await some.countDocuments({}, { session }), 1);
    session.startTransaction();
    await t.rejects(some.insertOne({ a: 2 }, { session }), /retryable writes|Transaction numbers/);
  });
  const start = { find: 'some', txnNumber: Long.fromNumber(1), startTransaction: true, autocommit: false };
  t.same(await refusal(db.command(start)), { code: 20, codeName: 'IllegalOperation' });
  t.equal(await some.countDocuments(), 1);
});
