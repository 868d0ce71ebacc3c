import type { Document } from 'mongodb';
import t from 'tap';
import { refusal, startTestNode } from '../testing/start-node.ts';

t.test('an option that would change the answer is taken or refused, by explain too', async (t) => {
  const { client, db } = await startTestNode(t);
  await db.collection<{ _id: number }>('some').insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
  const command = (body: Document) => refusal(db.command(body));
  const explained = (body: Document) => command({ explain: body });
  const collation = { locale: 'de' };
  const notHere = { code: 238, codeName: 'NotImplemented' };
  const statement = { q: {}, u: { $set: { a: 1 } } };
  t.strictSame(
    {
      count: await explained({ count: 'some', collation }),
      distinct: await explained({ distinct: 'some', key: 'a', collation }),
      aggregate: await explained({ aggregate: 'some', pipeline: [], cursor: {}, collation }),
      update: await explained({ update: 'some', updates: [{ ...statement, collation }] }),
      delete: await explained({ delete: 'some', deletes: [{ q: {}, limit: 0, collation }] }),
      findAndModify: await explained({ findAndModify: 'some', update: {}, collation }),
      strict: await command({ ping: 1, apiVersion: '1', apiStrict: true }),
    },
    {
      count: notHere,
      distinct: notHere,
      aggregate: notHere,
      update: notHere,
      delete: notHere,
      findAndModify: notHere,
      strict: notHere,
    },
  );
  t.strictSame(
    {
      twoStatements: await explained({ update: 'some', updates: [statement, statement] }),
      unknown: await explained({ count: 'some', upTo: 3 }),
      version: await command({ ping: 1, apiVersion: '2' }),
      clusterTime: await command({ find: 'some', readConcern: { afterClusterTime: 1 } }),
      sessions: await refusal(client.db('admin').command({ endSessions: 1 })),
    },
    {
      twoStatements: { code: 72, codeName: 'InvalidOptions' },
      unknown: { code: 40415, codeName: 'Location40415' },
      version: { code: 322, codeName: 'APIVersionError' },
      clusterTime: { code: 72, codeName: 'InvalidOptions' },
      sessions: { code: 14, codeName: 'TypeMismatch' },
    },
  );
  const sorted = { ...statement, multi: true, sort: { a: 1 } };
  t.match(await db.command({ update: 'some', updates: [sorted] }), { n: 0, writeErrors: [{ code: 9 }] });
});
