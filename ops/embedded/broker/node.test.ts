import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startBrokerNode } from './node.ts';
import { startBrokerProcess } from './test-cases/broker-process.ts';
import {
  collect,
  drain,
  faultOf,
  fill,
  open,
  openChannel,
  quiet,
  until,
} from './test-cases/broker-under-test.ts';
import { frame, method, openRaw, short } from './test-cases/raw-client.ts';
import { slowLink } from './test-cases/slow-link.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

t.test('killed under load: nothing confirmed is missing, and what was handed out says so', async (t) => {
  const dataDir = t.testdir();
  const confirmed: number[] = [];
  const delivered = new Set<number>();
  const acknowledged = new Set<number>();
  let published = 0;
  for (let round = 0; round < 2; round++) {
    const broker = await startBrokerProcess(dataDir);
    t.teardown(() => broker.kill());
    const connection = await open(t, broker);
    const channel = quiet(await connection.createConfirmChannel());
    await channel.assertExchange('orders', 'topic');
    await channel.assertQueue('orders', { arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue('orders', 'orders', 'order.#');
    await channel.assertQueue('transient', { durable: false });
    await channel.prefetch(40);
    await channel.consume('orders', (message) => {
      if (!message) return;
      const number = Number(message.content.toString());
      delivered.add(number);
      if (number % 3 !== 0) return;
      channel.ack(message);
      acknowledged.add(number);
    });
    const target = confirmed.length + 1_500;
    let alive = true;
    connection.on('close', () => {
      alive = false;
    });
    const publish = () => {
      for (let burst = 0; alive && burst < 50; burst++) {
        const number = published++;
        const body = Buffer.from(String(number));
        channel.publish('orders', 'order.placed', body, { persistent: true }, (error) => {
          if (!error) confirmed.push(number);
        });
        channel.sendToQueue('transient', body, { persistent: true });
      }
      if (alive) setImmediate(publish);
    };
    publish();
    await until(() => confirmed.length >= target && acknowledged.size > 0, 'confirms under load');
    await broker.kill();
    await until(() => !alive, 'the connection to break');
  }

  const broker = await startBrokerProcess(dataDir);
  t.teardown(() => broker.kill());
  const channel = await openChannel(t, broker);
  const { messageCount } = await channel.checkQueue('orders');
  const back = await (await collect(channel, 'orders', { noAck: true })).reach(messageCount);
  const found = back.map(({ content }) => Number(content.toString()));
  t.same(
    found,
    found.toSorted((a, b) => a - b),
    'in order',
  );
  t.equal(new Set(found).size, found.length, 'each once');
  const there = new Set(found);
  t.same(
    confirmed.filter((number) => !there.has(number) && !acknowledged.has(number)),
    [],
    'nothing confirmed is missing',
  );
  t.same(
    back.filter(({ content, fields }) => delivered.has(Number(content.toString())) && !fields.redelivered),
    [],
    'what was handed out is marked',
  );
  t.equal(await faultOf(channel, () => channel.checkQueue('transient')), 404);

  // What is answered is on disk, and so is what was settled before it.
  await (await openChannel(t, broker)).assertQueue('another');
  await broker.kill();
  const last = await startBrokerProcess(dataDir);
  t.teardown(() => last.kill());
  t.match(await (await openChannel(t, last)).checkQueue('orders'), { messageCount: 0 });
});

t.test(
  'what was declared and published is there again after a stop; what was not to stay is gone',
  async (t) => {
    const dataDir = t.testdir();
    const options = { dataDir, port: 0, pagePort: 0 };
    const first = await startBrokerNode(options);
    const before = await openChannel(t, { url: `amqp://127.0.0.1:${first.ports.broker}` });
    await before.assertExchange('kept', 'direct');
    await before.assertExchange('gone', 'direct', { durable: false });
    await before.assertQueue('kept', { messageTtl: 60_000, deadLetterExchange: 'kept' });
    await before.assertQueue('gone', { durable: false });
    await before.bindQueue('kept', 'kept', 'key');
    await before.bindQueue('kept', 'amq.topic', '*.key');
    await before.bindQueue('kept', 'kept', 'unbound');
    await before.unbindQueue('kept', 'kept', 'unbound');
    before.publish('kept', 'key', Buffer.from('persistent'), { persistent: true });
    before.publish('kept', 'key', Buffer.from('transient'));
    await before.waitForConfirms();
    await first.close();

    const second = await startBrokerNode(options);
    t.teardown(() => second.close());
    const url = `amqp://127.0.0.1:${second.ports.broker}`;
    const after = await openChannel(t, { url });
    after.publish('kept', 'key', Buffer.from('by key'), { persistent: true });
    after.publish('kept', 'unbound', Buffer.from('not bound'), { persistent: true });
    after.publish('amq.topic', 'a.key', Buffer.from('by topic'), { persistent: true });
    await after.waitForConfirms();
    t.same(await drain(after, 'kept'), ['persistent', 'by key', 'by topic']);
    const connection = await open(t, { url });
    for (const check of ['checkQueue', 'checkExchange'] as const) {
      const channel = await connection.createChannel();
      t.equal(await faultOf(channel, () => channel[check]('gone')), 404);
    }
    const channel = await connection.createChannel();
    t.equal(await faultOf(channel, () => channel.assertQueue('kept')), 406, 'the arguments are kept too');
  },
);

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
    await until(async () => (await megabytes()) < limit, '100 MB of backlog to take less than 30 MB');

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
    await until(() => seen.length > 4_000, 'the quick consumer to take what waits');
    await until(
      async () => (await megabytes()) < limit,
      'what is on its way to the slow consumer to be bounded',
    );
    link.goOn();
    await until(
      () => seen.length + slowCollector.messages.length === 5_000,
      'the slow consumer to get what was on its way',
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
  await until(async () => (await waiting()) < 20, 'what it asked for to be on its way');
  t.ok((await waiting()) > 0, 'it is not given without end what it does not take');
  await until(async () => (await waiting()) === 30, 'it to be dropped, although its heartbeats come');
});

t.test(
  'its file is written anew under load: nothing is lost, nothing comes twice, nothing old is left',
  async (t) => {
    const dataDir = t.testdir();
    const node = await startBrokerNode({ dataDir, port: 0, pagePort: 0 });
    const channel = await openChannel(t, { url: `amqp://127.0.0.1:${node.ports.broker}` });
    await channel.assertQueue('kept', { durable: true });
    await channel.assertQueue('busy', { durable: true });
    await fill(channel, 'kept', ['persimmon 1', 'apple', 'persimmon 2']);
    for (let times = 0; times < 3; times += 1) {
      const message = await channel.get('kept');
      if (message === false) throw new Error('The queue is empty.');
      if (message.content.toString() === 'apple')
        channel.sendToQueue('kept', message.content, { persistent: true });
      channel.ack(message);
    }
    await channel.waitForConfirms();

    let running = true;
    let sent = 0;
    const publishing = (async () => {
      while (running) {
        await fill(
          channel,
          'busy',
          Array.from({ length: 20 }, (_, index) => `${sent + index} ${'x'.repeat(3000)}`),
        );
        sent += 20;
      }
    })();
    const received: number[] = [];
    await channel.consume('busy', (message) => {
      if (message === null) return;
      received.push(Number(message.content.toString().split(' ')[0]));
      channel.ack(message);
    });
    for (let times = 0; times < 4; times += 1) {
      const answer = await fetch(`http://127.0.0.1:${node.ports.brokerPage}/api/compact`, { method: 'POST' });
      t.strictSame(await answer.json(), { compacted: true });
    }
    const bytes = await Promise.all(
      (await readdir(dataDir)).map((file) => readFile(join(dataDir, file), 'latin1')),
    );
    t.notMatch(bytes.join(), /persimmon/);
    running = false;
    await publishing;
    await until(() => received.length >= sent, 'all of them');
    // What is asked behind the acknowledgements is answered behind them.
    await channel.checkQueue('busy');
    t.strictSame(
      received,
      Array.from({ length: sent }, (_, index) => index),
    );
    await node.close();

    const again = await startBrokerNode({ dataDir, port: 0, pagePort: 0 });
    t.teardown(() => again.close());
    const next = await openChannel(t, { url: `amqp://127.0.0.1:${again.ports.broker}` });
    const kept = await next.get('kept');
    t.strictSame(
      [kept !== false && kept.content.toString(), (await next.checkQueue('busy')).messageCount],
      ['apple', 0],
    );
  },
);
