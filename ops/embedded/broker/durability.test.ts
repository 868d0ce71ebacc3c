import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { waitFor } from '../shared/testing/wait-for.ts';
import { startBrokerNode } from './node.ts';
import { startBrokerProcess } from './testing/broker-process.ts';
import { collect, drain, faultOf, fill, open, openChannel, quiet } from './testing/broker-under-test.ts';

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
    await waitFor('confirms under load', () => confirmed.length >= target && acknowledged.size > 0);
    await broker.kill();
    await waitFor('the connection to break', () => !alive);
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
    await waitFor('all of them', () => received.length >= sent);
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
