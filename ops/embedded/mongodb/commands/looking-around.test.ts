import t from 'tap';
import { refusal, startTestNode } from '../testing/start-node.ts';

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
