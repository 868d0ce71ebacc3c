import { connect as connectSocket } from 'node:net';
import { connect } from 'amqplib';
import type { Test } from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import {
  type BrokerUnderTest,
  collect,
  fill,
  open,
  openChannel,
  quiet,
} from '../testing/broker-under-test.ts';
import { frame, method, openRaw, PROTOCOL, short } from '../testing/raw-client.ts';

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
    t.same(Buffer.concat(chunks), PROTOCOL);
  });

  await t.test('heartbeats keep a quiet connection, and their absence ends it', async (t) => {
    const quietOne = new URL(broker.url);
    quietOne.searchParams.set('heartbeat', '1');
    const connection = await connect(quietOne.href);
    t.teardown(() => connection.close().catch(() => undefined));
    const silent = await openRaw(broker.url, 1);
    await new Promise((resolve) => silent.socket.once('close', resolve));
    await connection.createChannel();
    t.pass('the connection with heartbeats outlived the one without');
  });

  await t.test('what breaks the protocol ends the connection with the protocol’s code', async (t) => {
    const broken = method(1, 60, 70, Buffer.alloc(2), short('queue'), Buffer.alloc(1));
    broken[broken.length - 1] = 0;
    const publish = method(1, 60, 40, Buffer.alloc(2), short(''), short('queue'), Buffer.alloc(1));
    const attempts: [string, number, Buffer][] = [
      ['a frame that does not end', 501, broken],
      ['a frame that is too large', 501, frame(3, 1, Buffer.alloc(200_000))],
      ['a second channel.open', 504, method(1, 20, 10, Buffer.from([0]))],
      ['a method on a channel that is not open', 504, method(2, 85, 10, Buffer.alloc(1))],
      ['a body without its method', 505, frame(3, 1, Buffer.from('body'))],
      ['a method where a header is expected', 505, Buffer.concat([publish, publish])],
      ['a header of another class', 505, Buffer.concat([publish, frame(2, 1, Buffer.alloc(14))])],
      ['a method of the handshake', 504, method(0, 10, 40, short('/'), Buffer.from([0, 0]))],
      ['consuming with a size to prefetch', 540, method(1, 60, 10, Buffer.from([0, 0, 0, 9, 0, 0, 0]))],
      [
        'publishing at once or not at all',
        540,
        Buffer.concat([
          method(1, 60, 40, Buffer.alloc(2), short(''), short('q'), Buffer.from([2])),
          frame(2, 1, Buffer.concat([Buffer.from([0, 60]), Buffer.alloc(12)])),
        ]),
      ],
    ];
    const seen: [string, number | undefined][] = [];
    for (const [what, , bytes] of attempts) {
      const client = await openRaw(broker.url);
      client.send(bytes);
      seen.push([what, await client.closeCode().catch(() => undefined)]);
      client.socket.destroy();
    }
    t.same(
      seen,
      attempts.map(([what, code]) => [what, code]),
    );
    t.ok(await open(t, broker), 'the broker goes on');
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

  await t.test('a client may ask for smaller frames and fewer channels', async (t) => {
    const small = new URL(broker.url);
    small.searchParams.set('frameMax', '4096');
    small.searchParams.set('channelMax', '2');
    const connection = await open(t, { url: small.href });
    const channel = quiet(await connection.createConfirmChannel());
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const body = Buffer.alloc(100_000, 'abcdefghijk');
    channel.sendToQueue(queue, body);
    await channel.waitForConfirms();
    const [message] = await (await collect(channel, queue)).reach(1);
    t.ok(message?.content.equals(body));
    const raw = await openRaw(broker.url, 0, { channelMax: 1 });
    t.teardown(() => raw.socket.destroy());
    raw.send(method(2, 20, 10, Buffer.from([0])));
    t.equal(await raw.closeCode(), 530);
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
    await waitFor('all messages', async () => (await channel.checkQueue(queue)).messageCount === 2_000);
  });
}
