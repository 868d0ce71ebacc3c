import { connect } from 'node:net';
import { Decimal128, type Document, Double, Long, MongoBulkWriteError, MongoClient, ObjectId } from 'mongodb';
import t from 'tap';
import { refusal, startTestNode, until } from './test-node.ts';

type Named = Document & { _id: string };

t.test('the driver takes it for a standalone server', async (t) => {
  const { client, db } = await startTestNode(t);
  const admin = client.db().admin();
  t.same(await admin.ping(), { ok: 1 });
  t.match(await admin.buildInfo(), { version: /^7\./, maxBsonObjectSize: 16 * 1024 * 1024 });
  const hello = await db.command({ hello: 1 });
  t.match(hello, { isWritablePrimary: true, maxWireVersion: 21, logicalSessionTimeoutMinutes: 30 });
  t.notOk('setName' in hello);
  t.match(await admin.serverStatus(), { process: 'embedded', connections: { current: Number } });
  t.match(await db.stats(), { db: 'test', collections: 0 });
});

t.test('what a shell asks for when it connects, and to look around', async (t) => {
  const { client, db, url } = await startTestNode(t);
  await db.collection('some').insertMany([{ a: 1 }, { a: 2 }]);
  const admin = client.db('admin');
  const port = Number(new URL(url).port);
  t.match(await admin.command({ getCmdLineOpts: 1 }), { argv: [String], parsed: { net: { port } } });
  t.match(await admin.command({ getLog: 'startupWarnings' }), { totalLinesWritten: 0, log: [] });
  t.same(await admin.command({ getLog: '*' }), { names: ['global', 'startupWarnings'], ok: 1 });
  t.match(await admin.command({ hostInfo: 1 }), { system: { hostname: String, numCores: Number }, os: {} });
  t.same(await admin.command({ connectionStatus: 1, showPrivileges: true }), {
    authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
    ok: 1,
  });
  t.same(await admin.command({ getParameter: 1, featureCompatibilityVersion: 1 }), {
    featureCompatibilityVersion: { version: '7.0' },
    ok: 1,
  });
  t.match(await admin.command({ listDatabases: 1, nameOnly: true }), { databases: [{ name: 'test' }] });
  t.match(await db.command({ listCollections: 1, nameOnly: true, authorizedCollections: true, cursor: {} }), {
    cursor: { firstBatch: [{ name: 'some', type: 'collection' }] },
  });
  const stats = [{ $collStats: { storageStats: { scale: 1 }, count: {} } }, { $project: { localTime: 0 } }];
  t.match(await db.collection('some').aggregate(stats).toArray(), [
    { ns: 'test.some', count: 2, storageStats: { count: 2, nindexes: 1, capped: false } },
  ]);
  t.same(
    {
      atlas: await refusal(admin.command({ atlasVersion: 1 })),
      parameter: await refusal(admin.command({ getParameter: 'foo' })),
      log: await refusal(admin.command({ getLog: 'nothing' })),
      replicas: await refusal(admin.command({ replSetGetStatus: 1 })),
      elsewhere: await refusal(db.command({ getCmdLineOpts: 1 })),
    },
    {
      atlas: { code: 59, codeName: 'CommandNotFound' },
      parameter: { code: 72, codeName: 'InvalidOptions' },
      log: { code: 96, codeName: 'OperationFailed' },
      replicas: { code: 76, codeName: 'NoReplicationEnabled' },
      elsewhere: { code: 13, codeName: 'Unauthorized' },
    },
  );
});

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

t.test('documents come back as they were put in', async (t) => {
  const { db } = await startTestNode(t);
  const things = db.collection<Named>('things');
  const thing = {
    _id: 'b',
    int: 1,
    double: 1.5,
    long: Long.fromString('9007199254740993'),
    decimal: Decimal128.fromString('0.10'),
    date: new Date(5),
    id: new ObjectId(),
    nothing: null,
    list: [1, { deep: ['x'] }],
    text: 'žluťoučký 🐎',
  };
  await things.insertMany([thing, { _id: 'a' }]);
  const [found, second] = await things.find().toArray();
  t.same(found, thing);
  t.same(second, { _id: 'a' }, 'in the order of insertion');
  await things.updateOne({ _id: 'b' }, { $set: { whole: new Double(3) } });
  await things.updateOne({ _id: 'b' }, { $set: { other: true } });
  const raw = await things.findOne({ _id: 'b' }, { promoteValues: false });
  t.same(
    [raw?.whole, raw?.long, raw?.int?.value],
    [new Double(3), thing.long, 1],
    'numbers keep their types',
  );
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

t.test('a guarded bulk names the writes that missed', async (t) => {
  const { db } = await startTestNode(t);
  const views = db.collection<Named>('views');
  await views.insertMany([
    { _id: 'at1', revision: 1 },
    { _id: 'at5', revision: 5 },
  ]);
  const guarded = (_id: string, revision: number) => ({
    replaceOne: {
      filter: { _id, revision },
      replacement: { revision: revision + 1, at: 'new' },
      upsert: true,
    },
  });
  const bulk = [
    guarded('at1', 1),
    guarded('at5', 3),
    guarded('fresh', 0),
    guarded('at5', 5),
    guarded('at1', 1),
  ];
  const error = await views.bulkWrite(bulk, { ordered: false }).catch((caught: unknown) => caught);
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  t.same(
    errors.map(({ index, code }) => ({ index, code })),
    [
      { index: 1, code: 11000 },
      { index: 4, code: 11000 },
    ],
  );
  t.match(
    errors[0]?.errmsg,
    'E11000 duplicate key error collection: test.views index: _id_ dup key: { _id: "at5" }',
  );
  const single = await views.insertOne({ _id: 'at5' }).catch((caught: unknown) => caught);
  t.match(single, { code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 'at5' } });
  t.match(error.result, { matchedCount: 2, modifiedCount: 2, upsertedCount: 1 });
  t.same(error.result.upsertedIds, { 2: 'fresh' });
  t.same(await views.find({}, { sort: { _id: 1 } }).toArray(), [
    { _id: 'at1', revision: 2, at: 'new' },
    { _id: 'at5', revision: 6, at: 'new' },
    { _id: 'fresh', revision: 1, at: 'new' },
  ]);
  await t.rejects(views.bulkWrite([...bulk, guarded('last', 0)], { ordered: true }), { code: 11000 });
  t.equal(await views.countDocuments({ _id: 'last' }), 0, 'an ordered bulk ends at the first refusal');
});

t.test('results come in batches, from cursors that end', async (t) => {
  const { client, db } = await startTestNode(t);
  const many = db.collection<Document & { _id: number }>('many');
  await many.insertMany(Array.from({ length: 2500 }, (_, _id) => ({ _id, pad: 'x'.repeat(50) })));
  const ids = Array.from({ length: 2500 }, (_, i) => i);
  t.same(
    (await many.find().batchSize(300).toArray()).map(({ _id }) => _id),
    ids,
  );
  t.same((await many.aggregate([{ $match: {} }], { batchSize: 7 }).toArray()).length, 2500);
  t.same(
    (await many.find({}, { sort: { _id: -1 }, skip: 10, limit: 3 }).toArray()).map(({ _id }) => _id),
    [2489, 2488, 2487],
  );
  const open = async (): Promise<number> =>
    (await client.db().admin().serverStatus()).metrics.cursor.open.total;
  const first = many.find().batchSize(10);
  await first.next();
  t.equal(await open(), 1);
  await first.close();
  t.equal(await open(), 0, 'a closed cursor is gone');
  const changing = many.find({}, { batchSize: 100 });
  for (let i = 0; i < 100; i++) await changing.next();
  await many.deleteMany({ _id: { $gte: 200 } });
  const rest = (await changing.toArray()).length;
  t.ok(rest >= 100 && rest < 1000, `a cursor goes on over what is left (${rest})`);
});

t.test('a cursor that nobody reads is closed', async (t) => {
  const { db } = await startTestNode(t, { cursorTimeoutMs: 50 });
  const many = db.collection('many');
  await many.insertMany(Array.from({ length: 30 }, (_, n) => ({ n })));
  const open = async (): Promise<number> => (await db.admin().serverStatus()).metrics.cursor.open.total;
  const kept = many.find({}, { noCursorTimeout: true }).batchSize(10);
  for (let i = 0; i < 10; i++) await kept.next();
  const forgotten = many.find().batchSize(10);
  for (let i = 0; i < 10; i++) await forgotten.next();
  await until(async () => (await open()) === 1);
  t.same(await refusal(forgotten.next()), { code: 43, codeName: 'CursorNotFound' });
  t.equal((await kept.toArray()).length, 20, 'one that asked not to be closed goes on');
  const killed = many.find().batchSize(10);
  await killed.next();
  const { id } = killed;
  t.match(await db.command({ killCursors: 'many', cursors: [id] }), { cursorsKilled: [Number(id)] });
  t.match(await db.command({ killCursors: 'many', cursors: [id] }), { cursorsNotFound: [Number(id)] });
  t.same(await refusal(killed.toArray()), { code: 43, codeName: 'CursorNotFound' });
});

t.test('collections are made, listed, renamed and dropped', async (t) => {
  const { client, db } = await startTestNode(t);
  await db.createCollection('empty');
  await db.collection('full').insertOne({ a: 1 });
  await db.collection('full').createIndex({ a: 1 }, { unique: true });
  const names = async () =>
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
  t.same(await names(), ['empty', 'full']);
  t.match(await db.listCollections({ name: 'full' }).toArray(), [
    { name: 'full', type: 'collection', options: {} },
  ]);
  t.same((await client.db().admin().listDatabases({ nameOnly: true })).databases, [{ name: 'test' }]);
  await db.collection('full').rename('moved');
  t.same(await names(), ['empty', 'moved']);
  t.same(
    (await db.collection('moved').indexes()).map(({ name }) => name),
    ['_id_', 'a_1'],
  );
  t.same(await refusal(db.collection('moved').insertOne({ a: 1 })), { code: 11000 });
  t.same(await refusal(db.collection('moved').rename('empty')), { code: 48, codeName: 'NamespaceExists' });
  await db.collection('moved').rename('empty', { dropTarget: true });
  t.same(await names(), ['empty']);
  t.equal(await db.collection('empty').countDocuments(), 1);
  t.match(await db.command({ collStats: 'empty' }), { count: 1, nindexes: 2, ns: 'test.empty' });
  t.ok(await db.collection('empty').drop());
  t.equal(await db.collection('empty').countDocuments(), 0);
  await db.collection('one').insertOne({});
  await db.dropDatabase();
  t.same(await names(), []);
});

t.test('an unacknowledged write is done, and the connection goes on', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection('some', { writeConcern: { w: 0 } });
  await some.insertOne({ a: 1 });
  await until(async () => (await some.countDocuments()) === 1);
  t.same(await db.command({ ping: 1 }), { ok: 1 });
});

t.test('nonsense on a connection ends that connection only', async (t) => {
  const { db, url } = await startTestNode(t);
  const port = Number(new URL(url).port);
  for (const nonsense of [
    'GET / HTTP/1.1\r\n\r\n',
    '\xff\xff\xff\x7f0000000000000000',
    '\x10\x00\x00\x00'.padEnd(16, '\0'),
    '\x12\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00',
    '\x15\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00',
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(nonsense, 'latin1'));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
  }
  t.same(await db.command({ ping: 1 }), { ok: 1 });
});

t.test('several clients write and read at the same time', async (t) => {
  const { url } = await startTestNode(t);
  const clients = await Promise.all(Array.from({ length: 5 }, () => MongoClient.connect(url)));
  t.teardown(() => Promise.all(clients.map((client) => client.close())));
  await Promise.all(
    clients.map(async (client, i) => {
      const counters = client.db('test').collection<Named & { n: number }>('counters');
      for (let n = 0; n < 40; n++) {
        await counters.updateOne({ _id: 'shared' }, { $inc: { n: 1, [`by${i}`]: 1 } }, { upsert: true });
      }
    }),
  );
  const [client] = clients;
  const shared = await client?.db('test').collection<Named>('counters').findOne({ _id: 'shared' });
  t.same(shared, { _id: 'shared', n: 200, by0: 40, by1: 40, by2: 40, by3: 40, by4: 40 });
});
