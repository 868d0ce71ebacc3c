import { randomUUID } from 'node:crypto';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { eventually } from './testing/eventually.ts';
import { outline, readLedgerOf } from './testing/read-ledger-of.ts';
import { appendClosed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const WANTED = 'a4b5c6d7-0000-4000-8000-000000000001';

t.test('a replay with other data is the same message with that data, if it keeps the contract', async (t) => {
  const store = await openTestStore(t);
  const envelopes: Envelope[] = [];
  const group = testGroup(async (envelope) => {
    if (envelope.event.data.issueId !== WANTED) throw new PermanentFailure('refused', 'Not this issue.');
    envelopes.push(envelope);
  });
  const { name } = group.declaration;
  const stream = await appendClosed(store, group);
  consume(t, store, group);
  await eventually('it is parked', async () => (await readLedgerOf(store, group)).length === 2);

  const stored = [];
  for await (const event of store.read(stream)) stored.push(event);
  const [original] = stored;
  if (original === undefined) throw new Error('There is no event.');
  const origin = { ...original.origin, type: original.event.type };
  const edit = async (data: Record<string, unknown>, attempt: number) => {
    const about = { origin, batch: randomUUID(), attempt, by: 'operator:test' };
    const replayId = randomUUID();
    const requested = { type: 'ReplayRequested', data: { ...about, group: name, replayId } };
    await store.collect(streamOf.failures(name), [
      { id: randomUUID(), event: requested, metadata: original.metadata },
    ]);
    const event = { type: 'MessageEdited', data: { ...about, data } };
    await store.collect(streamOf.replay(name), [{ id: replayId, event, metadata: original.metadata }]);
  };

  await edit({ issueId: 'no uuid' }, 2);
  await eventually('it is parked again', async () => (await readLedgerOf(store, group)).length === 4);
  await edit({ issueId: WANTED }, 3);
  await eventually('it is handled', () => envelopes.length === 1);
  const [seen] = envelopes;
  t.strictSame(seen?.origin, original.origin);
  t.strictSame(seen?.event, { type: 'IssueClosed', data: { issueId: WANTED } });
  t.equal(seen?.delivery.attempt, 3);
  const entries = await eventually('the stream is released', async () => {
    const found = await readLedgerOf(store, group);
    return found.length === 7 && found;
  });
  t.strictSame(outline(entries), [
    'MessageParked 0',
    'StreamBlocked 0',
    'ReplayRequested 0',
    'MessageParked 0',
    'ReplayRequested 0',
    'MessageRecovered 0',
    'StreamReleased 0',
  ]);
});
