import t from 'tap';
import { waitFor } from '../shared/testing/wait-for.ts';
import { startBrokerNode } from './node.ts';
import { startBrokerProcess } from './testing/broker-process.ts';
import { collect, open, openChannel, quiet } from './testing/broker-under-test.ts';
import { frame, method, openRaw, short } from './testing/raw-client.ts';
import { slowLink } from './testing/slow-link.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

t.test(
  'a backlog is on disk: it takes no memory, keeps its order, and a slow consumer holds nobody up',
  async (t) => {
    const broker = await startBrokerProcess(t.testdir());
    t.teardown(() => broker.kill());
    const channel = await openChannel(t, broker);
    await channel.assertQueue('backlog');
    const filler = Buffer.alloc(20_000, '.');
    const body = (text: string) => Buffer.concat([Buffer.from(text.padEnd(10)), filler]);
    const textOf = (content: Buffer) => content.toString('utf8', 0, 10).trim();
    const before = await broker.memory();
    for (let from = 0; from < 5_000; from += 500) {
      for (const text of range(from, from + 500)) {
        channel.sendToQueue('backlog', body(text), { persistent: true });
      }
      await channel.waitForConfirms();
    }
    const megabytes = async () => ((await broker.memory()) - before) / 2 ** 20;
    const limit = 30;
    await waitFor('100 MB of backlog to take less than 30 MB', async () => (await megabytes()) < limit);

    const link = await slowLink(broker.url);
    t.teardown(() => link.close());
    const slow = quiet(await (await open(t, link)).createChannel());
    t.teardown(() => link.goOn());
    const slowCollector = await collect(slow, 'backlog');
    await slowCollector.reach(1);
    link.stop();
    const quick = await openChannel(t, broker);
    await quick.prefetch(600);
    const seen: string[] = [];
    const returned = new Set<string>();
    await quick.consume('backlog', (message) => {
      if (!message) return;
      const text = textOf(message.content);
      if (Number(text) % 7 === 0 && !message.fields.redelivered) {
        returned.add(text);
        quick.nack(message, false, true);
        return;
      }
      seen.push(text);
      quick.ack(message);
    });
    await waitFor('the quick consumer to take what waits', () => seen.length > 4_000);
    await waitFor(
      'what is on its way to the slow consumer to be bounded',
      async () => (await megabytes()) < limit,
    );
    link.goOn();
    await waitFor(
      'the slow consumer to get what was on its way',
      () => seen.length + slowCollector.messages.length === 5_000,
    );
    const ascending = (texts: readonly string[]) => texts.toSorted((a, b) => Number(a) - Number(b));
    const slowly = slowCollector.messages.map(({ content }) => textOf(content));
    const firstSlowly = slowly.filter((text) => !returned.has(text));
    t.same(firstSlowly, ascending(firstSlowly), 'the slow one in order');
    const first = seen.filter((text) => !returned.has(text));
    t.same(first, ascending(first), 'the quick one in order');
    t.same(ascending([...slowly, ...seen]), range(0, 5_000), 'each message once');
  },
);

t.test('a client that asks and never takes the answers is dropped, and what it had comes back', async (t) => {
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  const url = `amqp://127.0.0.1:${node.ports.broker}`;
  const channel = await openChannel(t, { url });
  await channel.assertQueue('large');
  for (let index = 0; index < 30; index++) channel.sendToQueue('large', Buffer.alloc(1_000_000));
  await channel.waitForConfirms();
  const client = await openRaw(url, 1);
  t.teardown(() => client.socket.destroy());
  client.socket.pause();
  const heartbeat = setInterval(() => client.send(frame(8, 0, Buffer.alloc(0))), 300);
  t.teardown(() => clearInterval(heartbeat));
  const get = method(1, 60, 70, Buffer.alloc(2), short('large'), Buffer.alloc(1));
  client.send(...Array.from({ length: 30 }, () => get));
  const waiting = async () => (await channel.checkQueue('large')).messageCount;
  await waitFor('what it asked for to be on its way', async () => (await waiting()) < 20);
  t.ok((await waiting()) > 0, 'it is not given without end what it does not take');
  await waitFor('it to be dropped, although its heartbeats come', async () => (await waiting()) === 30);
});
