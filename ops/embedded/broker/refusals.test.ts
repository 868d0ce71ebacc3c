// What this node alone refuses; what RabbitMQ refuses too is in the suite (broker.test.ts).
import { connect } from 'amqplib';
import fc from 'fast-check';
import t from 'tap';
import { startBrokerNode } from './node.ts';
import {
  collect,
  drain,
  faultOf,
  fill,
  open,
  openChannel,
  quiet,
  unique,
} from './testing/broker-under-test.ts';
import { frame, method, openRaw, short } from './testing/raw-client.ts';

t.test('what is not implemented is refused with 540, never done by halves', async (t) => {
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  const url = `amqp://127.0.0.1:${node.ports.broker}`;
  const setup = await openChannel(t, { url });
  await setup.assertQueue('queue');
  await setup.assertExchange('exchange', 'topic');
  const attempts: [string, (channel: Awaited<ReturnType<typeof openChannel>>) => unknown][] = [
    ['an exchange bound to an exchange', (channel) => channel.bindExchange('exchange', 'amq.topic', '#')],
    ['an exchange of type headers', (channel) => channel.assertExchange(unique('x'), 'headers')],
    [
      'an alternate exchange',
      (channel) => channel.assertExchange(unique('x'), 'topic', { alternateExchange: 'exchange' }),
    ],
    ['priorities of messages', (channel) => channel.assertQueue('', { maxPriority: 5 })],
    ['priorities of consumers', (channel) => channel.consume('queue', () => undefined, { priority: 5 })],
    ['streams', (channel) => channel.assertQueue('', { arguments: { 'x-queue-type': 'stream' } })],
    ['an unknown argument', (channel) => channel.assertQueue('', { arguments: { 'x-something': 1 } })],
    [
      'direct reply-to',
      (channel) => channel.consume('amq.rabbitmq.reply-to', () => undefined, { noAck: true }),
    ],
  ];
  const codes: [string, number | undefined][] = [];
  for (const [what, attempt] of attempts) {
    const connection = await connect(url);
    const channel = quiet(await connection.createConfirmChannel());
    codes.push([what, await faultOf(connection, () => attempt(channel))]);
  }
  t.same(
    codes,
    attempts.map(([what]) => [what, 540]),
  );
  const atom = (classId: number, methodId: number, ...args: readonly Buffer[]) =>
    method(1, classId, methodId, ...args);
  const methods: [string, Buffer][] = [
    ['transactions', atom(90, 10)],
    ['recovering without an answer', atom(60, 100, Buffer.from([1]))],
    ['access tickets', atom(30, 10, short('/'), Buffer.from([0]))],
    ['a flow that stops', atom(20, 20, Buffer.from([0]))],
    ['recovering without requeueing', atom(60, 110, Buffer.from([0]))],
  ];
  const answers: [string, number | undefined][] = [];
  for (const [what, bytes] of methods) {
    const client = await openRaw(url);
    client.send(bytes);
    answers.push([what, await client.closeCode()]);
    client.socket.destroy();
  }
  t.same(
    answers,
    methods.map(([what]) => [what, 540]),
  );
  await fill(setup, 'queue', ['still works']);
  t.same(await drain(setup, 'queue'), ['still works']);
});

t.test('a body that is too large ends its channel only', async (t) => {
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  const connection = await open(t, { url: `amqp://127.0.0.1:${node.ports.broker}` });
  const channel = quiet(await connection.createConfirmChannel());
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const large = await connection.createConfirmChannel();
  t.equal(await faultOf(large, () => large.sendToQueue(queue, Buffer.alloc(16 * 2 ** 20 + 1))), 406);
  channel.sendToQueue(queue, Buffer.alloc(16 * 2 ** 20, 'x'));
  await channel.waitForConfirms();
  const [message] = await (await collect(channel, queue)).reach(1);
  t.equal(message?.content.length, 16 * 2 ** 20);
});

t.test('no bytes, however odd, bring the broker down or keep it busy', async (t) => {
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  const url = `amqp://127.0.0.1:${node.ports.broker}`;
  const payload = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
  const classId = fc.constantFrom(10, 20, 40, 50, 60, 85, 90);
  const methodId = fc.constantFrom(10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 70, 80, 90, 110, 120);
  const channelId = fc.nat(2);
  const oddFrame = fc.oneof(
    fc
      .tuple(channelId, classId, methodId, payload)
      .map(([channel, c, m, args]) => method(channel, c, m, args)),
    fc.tuple(fc.nat(9), channelId, payload).map(([type, channel, bytes]) => frame(type, channel, bytes)),
    payload,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(oddFrame, { minLength: 1, maxLength: 6 }), async (frames) => {
      const client = await openRaw(url);
      client.send(...frames);
      const next = await openRaw(url);
      next.socket.destroy();
      client.socket.destroy();
    }),
    { numRuns: 40 },
  );
  const channel = await openChannel(t, { url });
  await channel.assertQueue('queue');
  await fill(channel, 'queue', ['alive']);
  t.same(await drain(channel, 'queue'), ['alive']);
});
