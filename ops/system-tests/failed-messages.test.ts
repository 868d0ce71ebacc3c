// What cannot be handled is told in the ledger and parked.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { eventually } from './testing/eventually.ts';
import { failing, ledger, parked, refused } from './testing/parked-messages.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

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
