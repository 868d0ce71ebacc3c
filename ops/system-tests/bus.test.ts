// The way from a publisher over the broker into the inbox streams, with everything on it failing: in order, and once.
import t, { type Test } from 'tap';
import { exchangeOf, queueOf } from '../../shared-contracts/messages/names.ts';
import type { Receiver } from '../../shared-contracts/runtime/bus/receiver.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { startBrokerNode } from '../embedded/broker/node.ts';
import { startBrokerProcess } from '../embedded/broker/testing/broker-process.ts';
import { slowLink } from '../embedded/broker/testing/slow-link.ts';
import { eventually } from './testing/eventually.ts';
import {
  BUS_SERVICE,
  newIssues,
  numbered,
  numbersIn,
  openTestBus,
  publishInOrder,
  upTo,
  type Waiting,
} from './testing/test-bus.ts';
import { openTestStore } from './testing/test-store.ts';

const rabbitUrl = process.env.DESKSTREAM_TEST_AMQP_URL;
const required = process.env.DESKSTREAM_TEST_REQUIRE === '1';
const skip =
  rabbitUrl === undefined && !required ? 'set DESKSTREAM_TEST_AMQP_URL to a RabbitMQ to run this' : false;
const queue = queueOf(BUS_SERVICE);

function numbersOf(messages: readonly Waiting[]): readonly unknown[] {
  return messages.map(({ content }) => JSON.parse(content.toString()).ticketRevision);
}

async function linkTo(t: Test, url: string) {
  const link = await slowLink(url);
  t.teardown(() => link.close());
  return link;
}

async function allCases(t: Test, url: string, embedded: boolean): Promise<void> {
  await t.test('connections cut again and again, instances coming and going', async (t) => {
    const store = await openTestStore(t);
    const bus = await openTestBus(t, url, store);
    const [there, back] = [await linkTo(t, url), await linkTo(t, url)];
    const publisher = await bus.publisher(there.url);
    const receivers: Receiver[] = [await bus.receiver(back.url), await bus.receiver(back.url)];
    const issues = newIssues(5);
    let confirmed = 0;
    await Promise.all(
      issues.map((issue) =>
        publishInOrder(publisher, issue, 30, async () => {
          confirmed += 1;
          if (confirmed % 30 === 0) there.cut();
          if (confirmed % 45 === 0) back.cut();
          if (confirmed % 50 !== 0) return;
          // A new instance waits beside the others before the oldest leaves, as in a rolling update.
          receivers.push(await bus.receiver(back.url));
          await receivers.shift()?.close();
        }),
      ),
    );
    for (const issue of issues) {
      await eventually('all of an issue', async () => (await numbersIn(store, issue)).length >= 30);
      t.strictSame(await numbersIn(store, issue), upTo(30));
    }
    for (const receiver of receivers) await receiver.close();
    t.strictSame(await bus.takeAll(0), [], 'nothing is left');
    t.strictSame(await bus.takeAll(0, 'dead'), [], 'all could be read');
  });

  await t.test('a broker that goes silent is left, and what it had not confirmed goes first', async (t) => {
    const store = await openTestStore(t);
    const bus = await openTestBus(t, url, store);
    const link = await linkTo(t, url);
    const publisher = await bus.publisher(link.url);
    const [issue = ''] = newIssues(1);
    await publisher.publish(numbered(issue, 0));
    link.stop();
    await t.rejects(publisher.publish(numbered(issue, 1)), {
      code: 'broker-unavailable',
      message: 'The broker confirmed nothing for 5000 ms.',
    });
    t.equal(publisher.connected(), false, 'as long as there is no other connection');
    link.cut();
    await eventually('another connection', () => publisher.connected());
    await publisher.publish(numbered(issue, 1));
    await publisher.publish(numbered(issue, 2));
    const sent = numbersOf(await bus.takeAll(4));
    t.strictSame(sent, [0, 1, 1, 2], 'it had arrived, and no other came between it and its repeat');
  });

  await t.test('a limited number is on its way at once, and the others go out in their order', async (t) => {
    const store = await openTestStore(t);
    const bus = await openTestBus(t, url, store);
    const link = await linkTo(t, url);
    const publisher = await bus.publisher(link.url);
    link.stop();
    const [issue = ''] = newIssues(1);
    const all = Promise.all(upTo(300).map((number) => publisher.publish(numbered(issue, number))));
    const waiting = async () => (await bus.channel.checkQueue(queue)).messageCount;
    await eventually('256 in the queue', async () => (await waiting()) >= 256);
    const other = await bus.publisher();
    for (const number of upTo(20)) await other.publish(numbered(issue, 300 + number));
    t.equal(await waiting(), 276, 'no more came from the first while those came of another');
    link.goOn();
    await all;
    const [first, others, last] = [upTo(256), upTo(20).map((n) => 300 + n), upTo(44).map((n) => 256 + n)];
    t.strictSame(numbersOf(await bus.takeAll(320)), [...first, ...others, ...last]);
  });

  await t.test('the same message twice at once: both are confirmed, and it is taken in once', async (t) => {
    const store = await openTestStore(t);
    const bus = await openTestBus(t, url, store);
    const publisher = await bus.publisher();
    const [issue = ''] = newIssues(1);
    const twice = () =>
      Promise.allSettled([0, 0].map((number) => publisher.publish(numbered(issue, number))));
    t.strictSame(
      (await twice()).map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );

    await bus.channel.unbindQueue(queue, exchangeOf(BUS_SERVICE), '#');
    const refused = (await twice()).map((each) => each.status === 'rejected' && String(each.reason.message));
    const sentence = `No queue takes what is published to ${exchangeOf(BUS_SERVICE)}.`;
    t.strictSame(refused, [sentence, sentence], 'a message without a queue is not lost in silence');
    // A new connection declares what was missing.
    await publishInOrder(publisher, issue, 2);
    await bus.receiver();
    await eventually('the last is taken in', async () => (await numbersIn(store, issue)).includes(1));
    t.strictSame(await numbersIn(store, issue), [0, 1]);

    await bus.receiver();
    await eventually('both messages', async () => (await numbersIn(store, issue)).length >= 2);
    t.strictSame(await numbersIn(store, issue), [0, 1]);
  });

  await t.test(
    'what the store refuses at first keeps its place: nothing about its issue overtakes it',
    async (t) => {
      const store = await openTestStore(t);
      const tried: number[] = [];
      const hiccup: EventStore = {
        ...store,
        append: async (stream, events, expected) => {
          const number = Number(events[0]?.event.data.ticketRevision);
          const isFirstTry = !tried.includes(number);
          tried.push(number);
          if (number === 1 && isFirstTry) throw new Error('The store does not answer in time.');
          return store.append(stream, events, expected);
        },
      };
      const bus = await openTestBus(t, url, hiccup);
      const publisher = await bus.publisher();
      const [issue = ''] = newIssues(1);
      await Promise.all(upTo(4).map((number) => publisher.publish(numbered(issue, number))));
      await bus.receiver();
      await eventually('all of them', async () => (await numbersIn(store, issue)).length >= 4);
      t.strictSame(await numbersIn(store, issue), upTo(4));
    },
  );

  await t.test('an instance that leaves finishes what it has begun, and gives back the rest', async (t) => {
    const store = await openTestStore(t);
    const bus = await openTestBus(t, url, store);
    const publisher = await bus.publisher();
    const [issue = '', next = ''] = newIssues(2);
    await Promise.all(upTo(150).map((number) => publisher.publish(numbered(issue, number))));
    const alone = await bus.receiver();
    await eventually('the first ones', async () => (await numbersIn(store, issue)).length > 0);
    await alone.close();
    const taken = await numbersIn(store, issue);
    const left = numbersOf(await bus.takeAll(150 - taken.length));
    t.ok(left.length > 0, 'it left in the middle');
    const from = Number(left[0]);
    t.strictSame(left, upTo(150).slice(from, from + left.length), 'in the order');
    // A quorum queue of RabbitMQ may not have taken the last acknowledgements in when the channel ends.
    t.ok(embedded ? from === taken.length : from <= taken.length, 'all that it took in is acknowledged');

    await Promise.all(upTo(150).map((number) => publisher.publish(numbered(next, number))));
    const oldest = await bus.receiver();
    await bus.receiver();
    await eventually('some of them', async () => (await numbersIn(store, next)).length > 20);
    await oldest.close();
    t.ok((await numbersIn(store, next)).length < 150, 'it left in the middle again');
    await eventually('the other takes the rest', async () => (await numbersIn(store, next)).length >= 150);
    t.strictSame(await numbersIn(store, next), upTo(150), 'in the order');
  });

  await t.test('what an inbox has already is known, however long ago it came', async (t) => {
    const store = await openTestStore(t);
    const bus = await openTestBus(t, url, store);
    const publisher = await bus.publisher();
    const [issue = '', other = ''] = newIssues(2);
    const first = await bus.receiver();
    await publishInOrder(publisher, issue, 60);
    await eventually('all of them', async () => (await numbersIn(store, issue)).length >= 60);
    await publisher.publish(numbered(issue, 30));
    await first.close();
    await bus.receiver();
    for (const number of [0, 59, 60, 30, 61]) await publisher.publish(numbered(issue, number));
    await publisher.publish(numbered(other, 0));
    await eventually('the last one', async () => (await numbersIn(store, other)).length >= 1);
    await eventually('the last but one', async () => (await numbersIn(store, issue)).length >= 62);
    t.strictSame(await numbersIn(store, issue), upTo(62));
  });
}

t.test('the embedded broker', async (t) => {
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  await allCases(t, `amqp://guest:guest@127.0.0.1:${node.ports.broker}`, true);
});

t.test('a real RabbitMQ', { skip }, async (t) => {
  if (rabbitUrl === undefined)
    throw new Error('DESKSTREAM_TEST_REQUIRE is set, so DESKSTREAM_TEST_AMQP_URL must be, too.');
  await allCases(t, rabbitUrl, false);
});

t.test(
  'a broker whose disk is almost full: publishing stops, and goes on in order when there is room',
  async (t) => {
    let free = Number.MAX_SAFE_INTEGER;
    const node = await startBrokerNode({
      dataDir: t.testdir(),
      port: 0,
      pagePort: 0,
      freeSpace: async () => free,
      diskCheckMs: 10,
    });
    t.teardown(() => node.close());
    const store = await openTestStore(t);
    const bus = await openTestBus(t, `amqp://guest:guest@127.0.0.1:${node.ports.broker}`, store);
    const publisher = await bus.publisher();
    const [issue = ''] = newIssues(1);
    await publishInOrder(publisher, issue, 2);

    free = 0;
    const refusal = await eventually('a refusal', () =>
      publisher.publish(numbered(issue, 2)).then(
        () => undefined,
        (error: Error) => error,
      ),
    );
    t.match(refusal, {
      code: 'broker-unavailable',
      message: 'The broker takes no messages: the disk is almost full.',
    });
    t.equal(publisher.connected(), false);
    await t.rejects(publisher.probe(), { code: 'broker-unavailable' }, 'so the groups that publish wait');
    await bus.receiver();
    await eventually('what was there is taken in', async () => (await numbersIn(store, issue)).length >= 2);

    free = Number.MAX_SAFE_INTEGER;
    await eventually('the broker takes messages again', () => publisher.connected());
    await publishInOrder(publisher, issue, 5);
    await eventually('all of them', async () => (await numbersIn(store, issue)).length >= 5);
    t.strictSame(await numbersIn(store, issue), upTo(5));
  },
);

t.test('kill -9 of the broker while messages are on their way', async (t) => {
  const dataDir = t.testdir();
  let broker = await startBrokerProcess(dataDir);
  const port = Number(new URL(broker.url).port);
  t.teardown(() => broker.kill());
  const store = await openTestStore(t);
  const bus = await openTestBus(t, broker.url, store);
  const publisher = await bus.publisher();
  await bus.receiver();
  const issues = newIssues(4);
  let confirmed = 0;
  await Promise.all(
    issues.map((issue) =>
      publishInOrder(publisher, issue, 60, async () => {
        confirmed += 1;
        if (confirmed % 70 !== 0) return;
        await broker.kill();
        broker = await startBrokerProcess(dataDir, port);
      }),
    ),
  );
  for (const issue of issues) {
    await eventually('all of an issue', async () => (await numbersIn(store, issue)).length >= 60);
    t.strictSame(await numbersIn(store, issue), upTo(60));
  }
});
