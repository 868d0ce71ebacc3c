import { connect } from 'node:net';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { startTestNode } from '../testing/start-node.ts';

t.test('an unacknowledged write is done, and the connection goes on', async (t) => {
  const { db } = await startTestNode(t);
  const some = db.collection('some', { writeConcern: { w: 0 } });
  await some.insertOne({ a: 1 });
  await waitFor('the insert', async () => (await some.countDocuments()) === 1);
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
