import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { eventually } from './testing/eventually.ts';
import { failing, ledger, originAt, parked, replay } from './testing/parked-messages.ts';
import { appendClosed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

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
  t.strictSame(second?.delivery, {
    group: group.declaration.name,
    kind: 'replay',
    attemptId,
    attempt: 2,
    span: undefined,
  });
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
