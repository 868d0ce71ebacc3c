// A group that takes many events at once keeps every promise of one that takes them one by one.
import t from 'tap';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { askReplay } from './testing/ask-replay.ts';
import { eventually } from './testing/eventually.ts';
import { outline, readLedgerOf } from './testing/read-ledger-of.ts';
import { appendClosed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, revision) => revision);

t.test('events come in batches, those of each stream in their order', async (t) => {
  const store = await openTestStore(t);
  const sizes: number[] = [];
  const revisions = new Map<string, number[]>();
  const take = async ({ origin: { stream, revision } }: Envelope) => {
    revisions.set(stream, [...(revisions.get(stream) ?? []), revision]);
  };
  const batch = {
    size: 50,
    handle: async (envelopes: readonly Envelope[]) => {
      sizes.push(envelopes.length);
      for (const envelope of envelopes) await take(envelope);
    },
  };
  const group = testGroup(take, { batch, bufferSize: 200 });
  const streams: string[] = [];
  for (let index = 0; index < 40; index += 1) streams.push(await appendClosed(store, group, 10));
  const consumer = consume(t, store, group);
  await eventually('all are handled', () => [...revisions.values()].flat().length === 400);
  t.strictSame(
    streams.map((stream) => revisions.get(stream)),
    streams.map(() => upTo(10)),
  );
  t.ok(sizes.length < 100, `${sizes.length} batches`);
  t.ok(Math.max(...sizes) <= 50);
  await consumer.close();
  t.strictSame(await readLedgerOf(store, group), []);
});

t.test('an event that fails blocks its own stream only, wherever it stands in a batch', async (t) => {
  const store = await openTestStore(t);
  const handled = new Map<string, Set<number>>();
  let poison = '';
  const handle = async ({ origin: { stream, revision } }: Envelope) => {
    if (stream === poison && revision === 3) throw new PermanentFailure('refused', 'Revision 3 is refused.');
    handled.set(stream, (handled.get(stream) ?? new Set()).add(revision));
  };
  const batch = {
    size: 50,
    handle: async (envelopes: readonly Envelope[]) => {
      if (envelopes.some(({ origin }) => origin.stream === poison && origin.revision === 3))
        throw new Error('no');
      for (const envelope of envelopes) await handle(envelope);
    },
  };
  const group = testGroup(handle, { batch, bufferSize: 200 });
  const streams: string[] = [];
  for (let index = 0; index < 5; index += 1) streams.push(await appendClosed(store, group, 6));
  poison = streams[2] ?? '';
  consume(t, store, group);
  const handledOf = (stream: string) => [...(handled.get(stream) ?? [])];
  await eventually('the others are handled', () =>
    streams.every((stream) => stream === poison || handledOf(stream).length === 6),
  );
  const entries = await eventually('the ledger tells it', async () => {
    const found = await readLedgerOf(store, group);
    return found.length === 2 && found;
  });
  t.strictSame(outline(entries), ['MessageParked 3', 'StreamBlocked 3']);
  t.strictSame(handledOf(poison), [0, 1, 2]);

  const stream = poison;
  poison = '';
  await askReplay(store, group, stream, 3);
  await eventually('it has flowed on', () => handledOf(stream).length === 6);
  t.strictSame(handledOf(stream), upTo(6));
});
