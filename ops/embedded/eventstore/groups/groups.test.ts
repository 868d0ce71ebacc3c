import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  DISPATCH_TO_SINGLE,
  END,
  type EventStoreDBClient,
  jsonEvent,
  PARK,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStreamSettings,
  PINNED,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  RETRY,
  SKIP,
  START,
  STOP,
  streamNameFilter,
} from '@eventstore/db-client';
import t from 'tap';
import { startTestNode, type TestNode } from '../testing/start-node.ts';
import { collect, errorOf, waitFor } from '../testing/wait-for.ts';

const node = await startTestNode(t);
const { client } = node;

type Delivery = {
  readonly type: string;
  readonly retryCount: number;
  readonly link: string | undefined;
  ack(): Promise<void>;
  nack(action: typeof PARK | typeof RETRY | typeof SKIP | typeof STOP, reason?: string): Promise<void>;
};

/** A consumer that notes what arrives and settles nothing by itself. */
function consume(stream: string, group: string, bufferSize = 10, from: EventStoreDBClient = client) {
  const subscription = from.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize });
  return follow(subscription);
}

function consumeAll(group: string, bufferSize = 10, from: EventStoreDBClient = client) {
  return follow(from.subscribeToPersistentSubscriptionToAll(group, { bufferSize }));
}

function follow(subscription: ReturnType<EventStoreDBClient['subscribeToPersistentSubscriptionToStream']>) {
  const deliveries: Delivery[] = [];
  const ready = new Promise((resolve) => subscription.on('confirmation', resolve));
  const failed = new Promise<Error & { type?: string }>((resolve) => subscription.on('error', resolve));
  subscription.on('data', (resolved) => {
    deliveries.push({
      type: resolved.event?.type ?? '-',
      retryCount: resolved.retryCount,
      link: resolved.link?.streamId,
      ack: () => subscription.ack(resolved),
      nack: (action, reason = '') => subscription.nack(action, reason, resolved),
    });
  });
  return {
    deliveries,
    ready,
    failed,
    names: () =>
      deliveries.map(({ type, retryCount }) => (retryCount === 0 ? type : `${type}+${retryCount}`)).join(' '),
    /** Waits until so many were delivered. */
    has: (count: number) => waitFor(`${count} deliveries`, () => deliveries.length >= count),
    leave: () => subscription.unsubscribe(),
  };
}

function events(...types: string[]) {
  return types.map((type) => jsonEvent({ type, data: { type } }));
}

async function group(settings: Partial<PersistentSubscriptionToStreamSettings> = {}, from = client) {
  const stream = `s-${randomUUID()}`;
  await from.createPersistentSubscriptionToStream(
    stream,
    'g',
    persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings }),
  );
  return stream;
}

async function parked(stream: string, from = client) {
  const read = from.readStream(`$persistentsubscription-${stream}-parked`);
  return (await collect(read)).map(({ event }) => ({
    type: event?.type,
    data: Buffer.from(event?.data as Uint8Array).toString(),
    metadata: event?.metadata as { added: string; reason: string; subscriptionEventNumber?: number },
  }));
}

async function info(stream: string, from = client) {
  return from.getPersistentSubscriptionToStreamInfo(stream, 'g');
}

t.test('delivery: in order, each once, up to the consumer’s buffer', async (t) => {
  const stream = await group();
  await client.appendToStream(stream, events('A', 'B', 'C', 'D'));
  const consumer = consume(stream, 'g', 2);
  await consumer.has(2);
  t.match((await info(stream)).connections, [{ inFlightMessages: 2, availableSlots: 0 }]);
  t.equal(consumer.names(), 'A B');
  await consumer.deliveries[0]?.ack();
  await consumer.has(3);
  for (const delivery of consumer.deliveries.slice(1)) await delivery.ack();
  await consumer.has(4);
  t.equal(consumer.names(), 'A B C D');
  await client.appendToStream(stream, events('E'));
  await consumer.has(5);
  t.equal(consumer.names(), 'A B C D E');
  await consumer.leave();
});

t.test('where a group starts', async (t) => {
  const stream = `s-${randomUUID()}`;
  await client.appendToStream(stream, events('A', 'B', 'C'));
  const rows = [
    ['first', START, 'A B C D'],
    ['second', 1n, 'B C D'],
    ['end', END, 'D'],
  ] as const;
  for (const [name, startFrom] of rows) {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom });
    await client.createPersistentSubscriptionToStream(stream, name, settings);
  }
  await client.appendToStream(stream, events('D'));
  for (const [name, , expected] of rows) {
    const consumer = consume(stream, name);
    await consumer.has(expected.split(' ').length);
    t.equal(consumer.names(), expected, name);
    await consumer.leave();
  }
});

t.test('a retry comes at once, before later messages, and counts', async (t) => {
  const stream = await group();
  await client.appendToStream(stream, events('A', 'B', 'C', 'D'));
  const consumer = consume(stream, 'g', 2);
  await consumer.has(2);
  await consumer.deliveries[0]?.nack(RETRY, 'again');
  await consumer.has(3);
  await consumer.deliveries[1]?.ack();
  await consumer.deliveries[2]?.ack();
  await consumer.has(5);
  t.equal(consumer.names(), 'A B A+1 C D');
  await consumer.leave();
});

t.test('actions: retries run out, skip and stop settle, park parks', async (t) => {
  const stream = await group({ maxRetryCount: 1 });
  await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E'));
  const consumer = consume(stream, 'g', 10);
  await consumer.has(5);
  const [a, b, c, d, e] = consumer.deliveries;
  await a?.nack(RETRY, 'first');
  await consumer.has(6);
  await consumer.deliveries[5]?.nack(RETRY, 'second');
  await b?.nack(SKIP);
  await c?.nack(STOP);
  await d?.nack(PARK, 'a reason\nof two lines');
  await waitFor('two parked', async () => (await info(stream)).stats.parkedMessageCount === 2n);
  const messages = await parked(`${stream}::g`);
  t.match(messages, [
    { type: '$>', data: `0@${stream}`, metadata: { reason: 'Reached retry count of 1' } },
    {
      type: '$>',
      data: `3@${stream}`,
      metadata: {
        reason: "Client explicitly NAK'ed message.\na reason\nof two lines",
        subscriptionEventNumber: 3,
      },
    },
  ]);
  t.notOk('subscriptionEventNumber' in (messages[0]?.metadata ?? {}), 'left out when it is 0');
  t.match(messages[0]?.metadata.added, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?[+-]\d\d:\d\d$/);
  await client.appendToStream(stream, events('F'));
  await consumer.has(7);
  t.equal(consumer.names(), 'A B C D E A+1 F');
  t.match((await info(stream)).stats, { outstandingMessagesCount: 2, retryBufferCount: 0 });
  await e?.ack();
  await consumer.leave();
});

t.test('a message that takes too long is retried, then parked', async (t) => {
  const stream = await group({ messageTimeout: 100, maxRetryCount: 1 });
  await client.appendToStream(stream, events('A'));
  const consumer = consume(stream, 'g');
  await consumer.has(2);
  t.equal(consumer.names(), 'A A+1');
  await waitFor('it to be parked', async () => (await info(stream)).stats.parkedMessageCount === 1n);
  t.match(await parked(`${stream}::g`), [{ metadata: { reason: 'Reached retry count of 1' } }]);
  await consumer.leave();
});

t.test(
  'what a consumer that leaves has not settled goes to another, and is never parked for that',
  async (t) => {
    const stream = await group({ maxRetryCount: 0 });
    await client.appendToStream(stream, events('A', 'B'));
    const first = consume(stream, 'g');
    await first.has(2);
    await first.deliveries[0]?.ack();
    await waitFor('the ack', async () => (await info(stream)).stats.outstandingMessagesCount === 1);
    await first.leave();
    const second = consume(stream, 'g');
    await second.has(1);
    t.equal(second.names(), 'B+1');
    await second.leave();
  },
);

t.test('several consumers: round robin, and dispatch to single', async (t) => {
  for (const [consumerStrategyName, expected] of [
    ['RoundRobin', ['A C E', 'B D F']],
    [DISPATCH_TO_SINGLE, ['A B C', 'D E F']],
  ] as const) {
    const stream = await group({ consumerStrategyName });
    const one = consume(stream, 'g', 3);
    await one.ready;
    const two = consume(stream, 'g', 3);
    await two.ready;
    await client.appendToStream(stream, events('A', 'B', 'C', 'D', 'E', 'F'));
    await Promise.all([one.has(3), two.has(3)]);
    t.same([one.names(), two.names()], expected, consumerStrategyName);
    await Promise.all([one.leave(), two.leave()]);
  }
});

function settingsForAll(settings: Partial<PersistentSubscriptionToAllSettings> = {}) {
  return persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...settings });
}

t.test('pinned: a stream stays with its consumer, links to it go there too', async (t) => {
  const mark = randomUUID();
  const name = `pinned-${mark}`;
  await client.createPersistentSubscriptionToAll(name, settingsForAll({ consumerStrategyName: PINNED }), {
    filter: streamNameFilter({ prefixes: [mark, `replay-${mark}`] }),
  });
  const consumers = [consumeAll(name, 100), consumeAll(name, 100)];
  await Promise.all(consumers.map(({ ready }) => ready));
  const streams = Array.from({ length: 12 }, (_, number) => `${mark}-${number}`);
  for (const stream of streams) await client.appendToStream(stream, events(stream, stream));
  await waitFor(
    '24 deliveries',
    () => consumers.reduce((sum, { deliveries }) => sum + deliveries.length, 0) === 24,
  );
  const owners = streams.map((stream) =>
    consumers.map(({ deliveries }) => deliveries.filter(({ type }) => type === stream).length),
  );
  t.ok(
    owners.every((counts) => counts.includes(2) && counts.includes(0)),
    'each stream has one consumer',
  );
  t.ok(
    consumers.every(({ deliveries }) => deliveries.length > 0),
    'both have work',
  );
  for (const [index, stream] of streams.entries()) {
    const before = consumers.map(({ deliveries }) => deliveries.length);
    const link = binaryEvent({
      type: '$>',
      data: Buffer.from(`0@${stream}`),
      metadata: Buffer.from('{"by":"us"}'),
    });
    await client.appendToStream(`replay-${mark}`, link);
    const owner = owners[index]?.indexOf(2) ?? -1;
    await waitFor('the link', () => (consumers[owner]?.deliveries.length ?? 0) > (before[owner] ?? 0));
    t.match(consumers[owner]?.deliveries.at(-1), { type: '$>', link: undefined });
  }
  await Promise.all(consumers.map((consumer) => consumer.leave()));
});

t.test('replay: up to a revision, truncated at once, settled by the link', async (t) => {
  const stream = await group();
  await client.appendToStream(stream, events('A', 'B', 'C'));
  const consumer = consume(stream, 'g');
  await consumer.has(3);
  for (const delivery of consumer.deliveries) await delivery.nack(PARK, 'no');
  await waitFor('three parked', async () => (await info(stream)).stats.parkedMessageCount === 3n);
  t.match(await errorOf(client.replayParkedMessagesToStream(stream, 'g', { stopAt: -1 })), {
    type: 'persistent-subscription-failed',
    message: /negative version/,
  });
  await client.replayParkedMessagesToStream(stream, 'g', { stopAt: 2 });
  await consumer.has(5);
  t.match(consumer.deliveries.slice(3), [
    { type: 'A', retryCount: 0, link: `$persistentsubscription-${stream}::g-parked` },
    { type: 'B', retryCount: 0, link: `$persistentsubscription-${stream}::g-parked` },
  ]);
  t.equal((await info(stream)).stats.parkedMessageCount, 1n);
  t.same(
    (await parked(`${stream}::g`)).map(({ data }) => data),
    [`2@${stream}`],
  );
  t.match(await client.getStreamMetadata(`$persistentsubscription-${stream}::g-parked`), {
    metadata: { truncateBefore: 2, acl: { readRoles: '$admins' } },
  });
  await consumer.deliveries[3]?.ack();
  await consumer.deliveries[4]?.nack(PARK, 'still not');
  await waitFor('it to be parked again', async () => (await info(stream)).stats.parkedMessageCount === 2n);
  t.match((await parked(`${stream}::g`)).at(-1), {
    data: `1@${stream}`,
    metadata: { subscriptionEventNumber: 1 },
  });
  t.equal((await info(stream)).stats.outstandingMessagesCount, 0);
  await consumer.leave();
});

t.test('what was replayed and not settled comes again after a restart', async (t) => {
  const own = await startTestNode(t, t.testdir());
  const stream = await group({ checkPointLowerBound: 1, checkPointAfter: 100 }, own.client);
  await own.client.appendToStream(stream, events('A', 'B', 'C'));
  const consumer = consume(stream, 'g', 10, own.client);
  await consumer.has(3);
  for (const delivery of consumer.deliveries) await delivery.nack(PARK, 'no');
  await waitFor('three parked', async () => (await info(stream, own.client)).stats.parkedMessageCount === 3n);
  await waitFor(
    'a checkpoint',
    async () => (await info(stream, own.client)).stats.lastCheckpointedEventRevision === 2n,
  );
  await own.client.replayParkedMessagesToStream(stream, 'g');
  await consumer.has(6);
  await consumer.deliveries[3]?.ack();
  await waitFor('the ack', async () => (await info(stream, own.client)).stats.outstandingMessagesCount === 2);
  const again = await own.restart();
  const second = consume(stream, 'g', 10, again.client);
  await second.has(2);
  t.match(second.deliveries, [
    { type: 'B', link: /-parked$/ },
    { type: 'C', link: /-parked$/ },
  ]);
  for (const delivery of second.deliveries) await delivery.ack();
  await waitFor(
    'the acks',
    async () => (await info(stream, again.client)).stats.outstandingMessagesCount === 0,
  );
  const last = await again.restart();
  const third = consume(stream, 'g', 10, last.client);
  await third.ready;
  await last.client.appendToStream(stream, events('D'));
  await third.has(1);
  t.match(third.deliveries, [{ type: 'D', link: undefined }], 'nothing else comes');
  t.equal(third.deliveries.length, 1);
});

t.test('checkpoints: at the upper bound at once, else by time, not past what is open', async (t) => {
  const stream = await group({ checkPointAfter: 200, checkPointLowerBound: 2, checkPointUpperBound: 5 });
  const numbers = Array.from({ length: 12 }, (_, number) => String(number));
  await client.appendToStream(stream, events(...numbers));
  const consumer = consume(stream, 'g', 20);
  await consumer.has(12);
  const read = async (): Promise<unknown[]> =>
    (await collect(client.readStream(`$persistentsubscription-${stream}::g-checkpoint`)).catch(() => [])).map(
      ({ event }) => `${event?.type} ${JSON.stringify(event?.data)}`,
    );
  for (const delivery of consumer.deliveries.slice(1)) await delivery.ack();
  await waitFor('the acks', async () => (await info(stream)).stats.outstandingMessagesCount === 1);
  t.same(await read(), [], 'the first one is open');
  await consumer.deliveries[0]?.ack();
  const first = await waitFor('a checkpoint', async () => ((await read()).length > 0 ? read() : undefined));
  t.same(first, ['SubscriptionCheckpoint "11"']);
  await client.appendToStream(stream, events('12', '13'));
  await consumer.has(14);
  for (const delivery of consumer.deliveries.slice(12)) await delivery.ack();
  await waitFor('a checkpoint by time', async () => (await read()).length === 2);
  t.same((await read()).at(-1), 'SubscriptionCheckpoint "13"');
  t.match((await info(stream)).stats, { lastCheckpointedEventRevision: 13n, lastKnownEventRevision: 13n });
  await consumer.leave();
});

t.test('after a restart a group goes on after its checkpoint, with its settings', async (t) => {
  const own = await startTestNode(t, t.testdir());
  const name = 'svc.purpose';
  await own.client.createPersistentSubscriptionToAll(
    name,
    settingsForAll({
      checkPointLowerBound: 1,
      checkPointAfter: 100,
      messageTimeout: 86_400_000,
      maxRetryCount: 2 ** 31 - 1,
      consumerStrategyName: PINNED,
    }),
    { filter: streamNameFilter({ prefixes: ['issue-'] }) },
  );
  await own.client.appendToStream('issue-1', events('A', 'B'));
  await own.client.appendToStream('other-1', events('X'));
  const consumer = consumeAll(name, 10, own.client);
  await consumer.has(2);
  await consumer.deliveries[0]?.ack();
  const positions = (await collect(own.client.readStream('issue-1'))).map(
    ({ event }) => event?.position?.commit,
  );
  await waitFor('a checkpoint after A', async () => {
    const { stats } = await own.client.getPersistentSubscriptionToAllInfo(name);
    return stats.lastCheckpointedEventPosition?.commit === positions[0];
  });
  const again = await own.restart();
  t.match((await again.client.getPersistentSubscriptionToAllInfo(name)).settings, {
    messageTimeout: 86_400_000,
    maxRetryCount: 2 ** 31 - 1,
    consumerStrategyName: PINNED,
    resolveLinkTos: false,
    startFrom: START,
  });
  await again.client.appendToStream('other-1', events('Y'));
  await again.client.appendToStream('issue-2', events('C'));
  const second = consumeAll(name, 10, again.client);
  await second.has(2);
  t.equal(second.names(), 'B C');
});

t.test('groups are created once, updated, listed, deleted', async (t) => {
  const stream = await group({ maxSubscriberCount: 1 });
  const defaults = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  const named = { streamName: stream, groupName: 'g' };
  t.match(await errorOf(client.createPersistentSubscriptionToStream(stream, 'g', defaults)), {
    type: 'persistent-subscription-exists',
    ...named,
  });
  t.match(
    await errorOf(
      client.createPersistentSubscriptionToStream(stream, 'bad', {
        ...defaults,
        readBatchSize: 500,
        historyBufferSize: 500,
      }),
    ),
    {
      type: 'persistent-subscription-failed',
      message: /ReadBatchSize may not be greater than or equal to BufferSize/,
    },
  );
  const consumer = consume(stream, 'g');
  await consumer.ready;
  t.match(await consume(stream, 'g').failed, { type: 'maximum-subscribers-reached', ...named });
  await client.appendToStream(stream, events('A'));
  await consumer.has(1);
  const known = await info(stream);
  t.match(known, {
    eventSource: stream,
    groupName: 'g',
    status: 'Live',
    settings: { maxSubscriberCount: 1, messageTimeout: 30_000, startFrom: START, readBatchSize: 20 },
    stats: {
      totalItems: 1n,
      liveBufferCount: 1n,
      totalInFlightMessages: 1,
      parkedMessageCount: 0n,
      lastKnownEventRevision: 0n,
    },
  });
  await client.updatePersistentSubscriptionToStream(stream, 'g', {
    ...defaults,
    maxRetryCount: 3,
    consumerStrategyName: 'RoundRobin',
  });
  t.match(await consumer.failed, { type: 'persistent-subscription-dropped', ...named });
  t.match((await info(stream)).settings, { maxRetryCount: 3, maxSubscriberCount: 'unbounded' });
  const other = await group();
  const listed = (await client.listAllPersistentSubscriptions()).map(({ eventSource }) => eventSource);
  t.same(
    listed.filter((source) => source === stream || source === other),
    [stream, other],
  );
  t.match(await client.listPersistentSubscriptionsToStream(stream), [{ groupName: 'g' }]);
  const last = consume(stream, 'g');
  await last.ready;
  await client.deletePersistentSubscriptionToStream(stream, 'g');
  t.match(await last.failed, { type: 'persistent-subscription-dropped' });
  const missing = { type: 'persistent-subscription-does-not-exist', ...named };
  t.match(await errorOf(info(stream)), missing);
  t.match(await errorOf(client.deletePersistentSubscriptionToStream(stream, 'g')), missing);
  t.match(await errorOf(client.updatePersistentSubscriptionToStream(stream, 'g', defaults)), missing);
  t.match(await errorOf(client.replayParkedMessagesToStream(stream, 'g')), missing);
  t.match(await consume(stream, 'g').failed, missing);
});

t.test('a restart of the subsystem drops consumers; groups and parked messages stay', async (t) => {
  const own = await startTestNode(t, t.testdir());
  const stream = await group({}, own.client);
  await own.client.appendToStream(stream, events('A'));
  const consumer = consume(stream, 'g', 10, own.client);
  await consumer.has(1);
  await consumer.deliveries[0]?.nack(PARK, 'no');
  await waitFor(
    'it to be parked',
    async () => (await info(stream, own.client)).stats.parkedMessageCount === 1n,
  );
  await own.client.restartPersistentSubscriptionSubsystem();
  t.match(await consumer.failed, { type: 'persistent-subscription-dropped' });
  t.equal((await info(stream, own.client)).stats.parkedMessageCount, 1n);
});

t.test(
  'many messages, several groups, a stream of its own each: nothing is lost and nothing comes twice',
  async (t) => {
    const stream = await group({ historyBufferSize: 40, readBatchSize: 10, liveBufferSize: 10 });
    const consumer = consume(stream, 'g', 30);
    const acks: Promise<void>[] = [];
    const total = 3000;
    for (let start = 0; start < total; start += 300) {
      const numbers = Array.from({ length: 300 }, (_, offset) => String(start + offset));
      await client.appendToStream(stream, events(...numbers));
      await waitFor('some', () => {
        for (const delivery of consumer.deliveries.slice(acks.length)) acks.push(delivery.ack());
        return acks.length > start;
      });
    }
    await waitFor('all', () => {
      for (const delivery of consumer.deliveries.slice(acks.length)) acks.push(delivery.ack());
      return acks.length >= total;
    });
    t.same(
      consumer.deliveries.map(({ type }) => Number(type)),
      Array.from({ length: total }, (_, number) => number),
    );
    await consumer.leave();
  },
);

t.test('$all shows what groups of streams note, not what groups of $all note', async (t) => {
  const own: TestNode = await startTestNode(t, t.testdir());
  const stream = await group({ checkPointLowerBound: 1, checkPointUpperBound: 1 }, own.client);
  await own.client.createPersistentSubscriptionToAll(
    'all',
    settingsForAll({ checkPointLowerBound: 1, checkPointUpperBound: 1 }),
    {
      filter: streamNameFilter({ prefixes: ['s-'] }),
    },
  );
  await own.client.appendToStream(stream, events('A', 'B'));
  const consumers = [consume(stream, 'g', 10, own.client), consumeAll('all', 10, own.client)];
  for (const consumer of consumers) {
    await consumer.has(2);
    await consumer.deliveries[0]?.nack(PARK, 'no');
    await consumer.deliveries[1]?.ack();
  }
  await waitFor('all parked', async () => {
    const all = await collect(own.client.readStream('$persistentsubscription-$all::all-parked')).catch(
      () => [],
    );
    return all.length === 1 && (await parked(`${stream}::g`, own.client).catch(() => [])).length === 1;
  });
  const shown = new Set((await collect(own.client.readAll())).map(({ event }) => event?.streamId));
  t.ok(shown.has(`$persistentsubscription-${stream}::g-parked`));
  t.ok(shown.has('$persistentSubscriptionConfig'));
  t.notOk([...shown].some((name) => name?.startsWith('$persistentsubscription-$all::')));
});
