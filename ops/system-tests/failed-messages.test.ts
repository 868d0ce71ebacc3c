import { randomUUID } from 'node:crypto';
import { binaryEvent, StreamNotFoundError } from '@eventstore/db-client';
import t from 'tap';
import type { FailedOrigin } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { eventually } from './testing/eventually.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const refused = () => new PermanentFailure('mail-refused', 'The mail server refused kim@example.org.');

/** A handler that fails this many times, then works, and remembers every envelope. */
function failing(times: number, error: () => Error = refused) {
  const envelopes: Envelope[] = [];
  return {
    envelopes,
    handle: async (envelope: Envelope) => {
      envelopes.push(envelope);
      if (envelopes.length <= times) throw error();
    },
  };
}

/** What an operator asks for: a link to the event in the stream that the group hears too. */
async function replay(
  store: EventStore,
  { declaration: { name } }: SubscriptionGroup,
  data: string,
  metadata: Readonly<Record<string, unknown>>,
): Promise<string> {
  const link = binaryEvent({ type: '$>', data: Buffer.from(data), metadata });
  await store.client.appendToStream(streamOf.replay(name), [link]);
  return link.id;
}

/** The ledger of the group once it has this many entries: type, message and attempt of each. */
function ledger(store: EventStore, { declaration: { name } }: SubscriptionGroup, length: number) {
  return eventually(`the ledger has ${length} entries`, async () => {
    const entries: { type: string; data: Readonly<Record<string, unknown>> }[] = [];
    for await (const { event } of store.read(streamOf.failures(name))) entries.push(event);
    return entries.length >= length && entries;
  });
}

/** The parked stream of the group once it has this many links: where each leads, and why. */
function parked(store: EventStore, { declaration: { name } }: SubscriptionGroup, length: number) {
  return eventually(`${length} messages are parked`, async () => {
    const links: { data: string; reason: unknown }[] = [];
    try {
      for await (const { event } of store.client.readStream(streamOf.parked(name))) {
        if (event === undefined || !(event.data instanceof Uint8Array)) continue;
        links.push({ data: Buffer.from(event.data).toString(), reason: reasonIn(event.metadata) });
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return links.length >= length && links;
  });
}

const PREFIX = "Client explicitly NAK'ed message.\n";

function reasonIn(metadata: unknown): unknown {
  if (typeof metadata !== 'object' || metadata === null || !('reason' in metadata)) return undefined;
  const { reason } = metadata;
  return typeof reason === 'string' && reason.startsWith(PREFIX)
    ? JSON.parse(reason.slice(PREFIX.length))
    : reason;
}

async function originAt(store: EventStore, stream: string, revision: number): Promise<FailedOrigin> {
  for await (const { origin, event } of store.read(stream, { from: revision, limit: 1 })) {
    return { ...origin, type: event.type };
  }
  throw new Error(`${stream} has no revision ${revision}`);
}

t.test('what cannot be handled is told in the ledger, then parked, and the rest goes on', async (t) => {
  const store = await openTestStore(t);
  const handled: string[] = [];
  const poison = closed();
  const group = testGroup(
    async ({ origin }) => {
      if (origin.eventId === poison.id) throw refused();
      handled.push(`${origin.revision}@${origin.stream}`);
    },
    { order: 'free' },
  );
  const name = group.declaration.name;
  const stream = group.stream();
  await store.append(stream, [poison, closed()], 'none');
  const consumer = consume(t, store, group);
  const reasons = await parked(store, group, 1);
  await eventually('the next is handled', () => handled.length === 1);
  await consumer.close();

  t.strictSame(handled, [`1@${stream}`]);
  t.strictSame(reasons, [
    {
      data: `0@${stream}`,
      reason: { error: 'mail-refused', attempt: 1, attemptId: poison.id, traceId: null },
    },
  ]);
  const entries = [];
  for await (const entry of store.read(streamOf.failures(name))) entries.push(entry);
  t.equal(entries.length, 1);
  const [entry] = entries;
  t.match(entry, {
    origin: { revision: 0, eventId: deterministicId('MessageParked', name, poison.id) },
    event: {
      type: 'MessageParked',
      data: {
        group: name,
        origin: { stream, revision: 0, eventId: poison.id, type: 'IssueClosed' },
        attemptId: poison.id,
        attempt: 1,
        handler: 'close-it',
        tries: 1,
        error: {
          name: 'PermanentFailure',
          code: 'mail-refused',
          message: 'The mail server refused <address>',
          stack: /^PermanentFailure: The mail server refused <address>\n +at /,
        },
        correlationId: 'conversation-1',
        traceId: null,
      },
    },
    metadata: {
      $correlationId: 'conversation-1',
      $causationId: poison.id,
      actor: `system:${name}`,
      schemaVersion: 1,
    },
  });
  t.notMatch(JSON.stringify(entry), 'kim@example.org');
});

t.test('a replay is the same message: its origin, its event, one attempt more', async (t) => {
  const store = await openTestStore(t);
  const { handle, envelopes } = failing(1);
  const group = testGroup(handle, { order: 'free' });
  const stream = await appendClosed(store, group);
  const consumer = consume(t, store, group);
  await parked(store, group, 1);
  const attemptId = await replay(store, group, `0@${stream}`, { attempt: 2 });
  const entries = await ledger(store, group, 2);
  await consumer.close();

  const [first, second] = envelopes.map(({ delivery: { signal, ...delivery }, ...message }) => ({
    message,
    delivery,
  }));
  t.strictSame(second?.message, first?.message);
  t.strictSame(second?.delivery, { group: group.declaration.name, kind: 'replay', attemptId, attempt: 2 });
  const origin = await originAt(store, stream, 0);
  t.strictSame(entries.slice(1), [
    { type: 'MessageRecovered', data: { group: group.declaration.name, origin, attemptId } },
  ]);
  t.equal((await parked(store, group, 1)).length, 1, 'the parked stream stays as it is');
});

t.test('a replay that fails is parked as a link to the link, and can be replayed again', async (t) => {
  const store = await openTestStore(t);
  const { handle, envelopes } = failing(2);
  const group = testGroup(handle, { order: 'free' });
  const stream = await appendClosed(store, group);
  const consumer = consume(t, store, group);
  await parked(store, group, 1);
  const second = await replay(store, group, `0@${stream}`, { attempt: 2 });
  const links = await parked(store, group, 2);
  const replays = streamOf.replay(group.declaration.name);
  t.strictSame(
    links.map(({ data }) => data),
    [`0@${stream}`, `0@${replays}`],
  );
  const third = await replay(store, group, `1@${streamOf.parked(group.declaration.name)}`, {});
  const entries = await ledger(store, group, 3);
  await consumer.close();

  const origin = await originAt(store, stream, 0);
  t.strictSame(
    entries.map(({ type, data }) => [type, data.origin, data.attemptId, data.attempt]),
    [
      ['MessageParked', origin, origin.eventId, 1],
      ['MessageParked', origin, second, 2],
      ['MessageRecovered', origin, third, undefined],
    ],
    'three attempts of one message',
  );
  t.strictSame(
    envelopes.map((envelope) => [envelope.origin.eventId, envelope.delivery.kind, envelope.delivery.attempt]),
    [
      [origin.eventId, 'live', 1],
      [origin.eventId, 'replay', 2],
      [origin.eventId, 'replay', 3],
    ],
  );
});

t.test("the store's own replay of parked messages works as well, at every depth", async (t) => {
  const store = await openTestStore(t);
  const { handle, envelopes } = failing(2);
  const group = testGroup(handle, { order: 'free' });
  const stream = await appendClosed(store, group);
  const consumer = consume(t, store, group);
  await parked(store, group, 1);
  await replay(store, group, `0@${stream}`, { attempt: 2 });
  await ledger(store, group, 2);
  await parked(store, group, 2);
  await store.client.replayParkedMessagesToAll(group.declaration.name);
  const entries = await ledger(store, group, 4);
  await consumer.close();

  t.strictSame(
    entries.map(({ type }) => type),
    ['MessageParked', 'MessageParked', 'MessageRecovered', 'MessageRecovered'],
  );
  const origin = await originAt(store, stream, 0);
  t.strictSame(
    envelopes.map((envelope) => [envelope.origin.eventId, envelope.delivery.kind, envelope.delivery.attempt]),
    [
      [origin.eventId, 'live', 1],
      [origin.eventId, 'replay', 2],
      [origin.eventId, 'replay', 2],
      [origin.eventId, 'replay', 3],
    ],
  );
});

t.test('a replay whose event was deleted says so, under the name of the message', async (t) => {
  const store = await openTestStore(t);
  const { handle, envelopes } = failing(1);
  const group = testGroup(handle, { order: 'free' });
  const [soft, hard] = [await appendClosed(store, group), await appendClosed(store, group)];
  const consumer = consume(t, store, group);
  await eventually('both were there', () => envelopes.length === 2);
  for (const [stream, remove] of [
    [soft, () => store.client.deleteStream(soft)],
    [hard, () => store.client.tombstoneStream(hard)],
  ] as const) {
    const origin = await originAt(store, stream, 0);
    await remove();
    await replay(store, group, `0@${stream}`, { attempt: 2, origin });
    const entries = await ledger(store, group, stream === soft ? 2 : 3);
    t.match(entries.at(-1), {
      type: 'MessageParked',
      data: {
        origin,
        attempt: 2,
        handler: 'find-origin',
        error: { code: 'origin-gone', message: `Event 0 of ${stream} no longer exists.` },
      },
    });
  }
  const links = await parked(store, group, 3);
  t.match(
    links.map(({ reason }) => reason),
    [{ error: 'mail-refused' }, { error: 'origin-gone' }, { error: 'origin-gone' }],
  );
  await consumer.close();
});

t.test('a link that leads nowhere, or round in a circle, is parked and holds nobody up', async (t) => {
  const store = await openTestStore(t);
  const { handle, envelopes } = failing(0);
  const group = testGroup(handle, { order: 'free' });
  const consumer = consume(t, store, group);
  const replays = streamOf.replay(group.declaration.name);
  await replay(store, group, 'no link at all', {});
  await replay(store, group, `1@${replays}`, {});
  const stream = await appendClosed(store, group);
  const entries = await ledger(store, group, 2);
  await eventually('the event after them is handled', () => envelopes.length === 1);
  await consumer.close();
  t.equal(envelopes[0]?.origin.stream, stream);
  const codes = entries.map(({ data }) => data.error).map((error) => Reflect.get(Object(error), 'code'));
  t.strictSame(codes.sort(), ['bad-link', 'origin-gone']);
  t.equal((await parked(store, group, 2)).length, 2);
});

t.test('what is no event of ours is parked as a breach of its contract', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  const stream = group.stream();
  const foreign = { id: randomUUID(), type: 'IssueClosed', contentType: 'application/json' } as const;
  const secret = 'kim-secret-street-7';
  await store.client.appendToStream(stream, [
    { ...foreign, data: { issueId: secret }, metadata: { ...closed().metadata, schemaVersion: 1 } },
  ]);
  await store.client.appendToStream(stream, [
    { ...foreign, id: randomUUID(), data: { issueId: randomUUID() }, metadata: undefined },
  ]);
  const consumer = consume(t, store, group);
  const entries = await ledger(store, group, 2);
  await consumer.close();
  t.strictSame(
    entries.map(({ data }) => [Reflect.get(Object(data.error), 'message'), data.tries, data.correlationId]),
    [
      ['IssueClosed /issueId: must match format "uuid"', 1, 'conversation-1'],
      ['IssueClosed /metadata: is not the metadata of an event of this product', 1, null],
    ],
  );
  t.notMatch(JSON.stringify(entries), secret);
});

t.test('an error of any size and depth is parked', async (t) => {
  const store = await openTestStore(t);
  const endless = (): Error => {
    const error = new PermanentFailure('too-much', 'x'.repeat(3_000_000));
    error.cause = error;
    return error;
  };
  const { handle } = failing(1, endless);
  const group = testGroup(handle, { order: 'free' });
  await appendClosed(store, group);
  const consumer = consume(t, store, group);
  const [entry] = await ledger(store, group, 1);
  await parked(store, group, 1);
  await consumer.close();
  t.match(entry?.data.error, { code: 'too-much', message: /^x{4000}$/ });
  t.ok(JSON.stringify(entry).length < 40_000);
});

t.test('what may pass is tried again, and handled without a word in the ledger', async (t) => {
  const store = await openTestStore(t);
  const { handle, envelopes } = failing(2, () => new Error('the mailbox is busy'));
  const group = testGroup(handle, { order: 'free' });
  await appendClosed(store, group);
  const consumer = consume(t, store, group);
  await eventually('it is tried three times', () => envelopes.length === 3);
  await consumer.close();
  t.strictSame(await ledger(store, group, 0), []);
  t.strictSame(await parked(store, group, 0), []);
});
