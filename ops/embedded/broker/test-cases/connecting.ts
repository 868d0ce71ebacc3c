import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect } from 'amqplib';
import type { Test } from 'tap';
import { type BrokerUnderTest, fill, open, openChannel, quiet, until } from './broker-under-test.ts';

/** Opening, staying, ending. */
export async function connectingCases(t: Test, broker: BrokerUnderTest): Promise<void> {
  const address = new URL(broker.url);

  await t.test('the broker says what it can do', async (t) => {
    const { connection } = await open(t, broker);
    t.match(connection.serverProperties, {
      capabilities: {
        publisher_confirms: true,
        'basic.nack': true,
        consumer_cancel_notify: true,
        authentication_failure_close: true,
        per_consumer_qos: true,
      },
    });
  });

  await t.test('who is not known, or asks for another virtual host, does not get in', async (t) => {
    const stranger = new URL(broker.url);
    stranger.username = 'guest';
    stranger.password = 'wrong';
    await t.rejects(connect(stranger.href), { message: /403 \(ACCESS-REFUSED\)/ });
    const elsewhere = new URL(broker.url);
    elsewhere.pathname = '/elsewhere';
    await t.rejects(connect(elsewhere.href), { message: /ConnectionClose/ });
  });

  await t.test('another protocol is answered with the one that is spoken', async (t) => {
    const socket = connectSocket(Number(address.port), address.hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1');
    await new Promise((resolve) => socket.once('close', resolve));
    t.same(Buffer.concat(chunks), Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
  });

  await t.test('heartbeats keep a quiet connection, and their absence ends it', async (t) => {
    const quietOne = new URL(broker.url);
    quietOne.searchParams.set('heartbeat', '1');
    const connection = await connect(quietOne.href);
    t.teardown(() => connection.close().catch(() => undefined));
    const silent = await silentClient(address);
    await new Promise((resolve) => silent.once('close', resolve));
    await connection.createChannel();
    t.pass('the connection with heartbeats outlived the one without');
  });

  await t.test('many channels and connections', async (t) => {
    const connection = await open(t, broker);
    const channels = await Promise.all(Array.from({ length: 200 }, () => connection.createChannel()));
    t.equal(channels.length, 200);
    const connections = await Promise.all(Array.from({ length: 50 }, () => open(t, broker)));
    const queues = await Promise.all(
      connections.map(async (each) => {
        const channel = quiet(await each.createConfirmChannel());
        const { queue } = await channel.assertQueue('', { exclusive: true });
        await fill(channel, queue, ['hello']);
        return (await channel.checkQueue(queue)).messageCount;
      }),
    );
    t.same(
      queues,
      Array.from({ length: 50 }, () => 1),
    );
  });

  await t.test('a channel that failed can be opened again under its number', async (t) => {
    const connection = await open(t, broker);
    for (let round = 0; round < 3; round++) {
      const channel = quiet(await connection.createChannel());
      await t.rejects(channel.checkQueue('there-is-no-such-queue'), { message: /404/ });
    }
    const channel = await connection.createChannel();
    t.ok(await channel.assertQueue('', { exclusive: true }));
  });

  await t.test('confirms come for every message, in any number', async (t) => {
    const channel = await openChannel(t, broker);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const confirmed = new Set<number>();
    for (let index = 0; index < 2_000; index++) {
      const options = { persistent: index % 3 === 0 };
      channel.sendToQueue(queue, Buffer.from(String(index)), options, (error) => {
        if (!error) confirmed.add(index);
      });
    }
    await channel.waitForConfirms();
    t.equal(confirmed.size, 2_000);
    await until(async () => (await channel.checkQueue(queue)).messageCount === 2_000, 'all messages');
  });
}

/** Opens a connection with a heartbeat of one second by hand, and then says nothing any more. */
async function silentClient(address: URL) {
  const socket = connectSocket(Number(address.port), address.hostname);
  const frame = (payload: Buffer) => {
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(payload.length, 3);
    return Buffer.concat([head, payload, Buffer.from([0xce])]);
  };
  const short = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  const login = Buffer.from('\0guest\0guest');
  const startOk = [
    Buffer.from([0, 10, 0, 11, 0, 0, 0, 0]),
    short('PLAIN'),
    Buffer.from([0, 0, 0, login.length]),
    login,
  ];
  socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
  await once(socket, 'data');
  socket.write(frame(Buffer.concat([...startOk, short('en_US')])));
  await once(socket, 'data');
  socket.write(frame(Buffer.from([0, 10, 0, 31, 0, 0, 0, 2, 0, 0, 0, 1])));
  socket.write(frame(Buffer.concat([Buffer.from([0, 10, 0, 40]), short('/'), Buffer.from([0, 0])])));
  socket.on('error', () => undefined);
  socket.resume();
  return socket;
}
