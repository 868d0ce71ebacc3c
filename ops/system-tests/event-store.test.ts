import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { closed } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const newStream = () => `issue-${randomUUID()}`;

async function revisions(events: ReturnType<EventStore['read']>): Promise<number[]> {
  const read: number[] = [];
  for await (const { origin } of events) read.push(origin.revision);
  return read;
}

const some = (count: number) => Array.from({ length: count }, () => closed());

t.test('a stream is read from where, in which direction and as far as is asked', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  await store.append(stream, some(5), 'none');
  t.strictSame(await revisions(store.read(stream)), [0, 1, 2, 3, 4]);
  t.strictSame(await revisions(store.read(stream, { from: 3 })), [3, 4]);
  t.strictSame(await revisions(store.read(stream, { from: 1, limit: 2 })), [1, 2]);
  t.strictSame(await revisions(store.read(stream, { from: 9 })), []);
  t.strictSame(await revisions(store.read(stream, { direction: 'backwards', limit: 2 })), [4, 3]);
  t.strictSame(await revisions(store.read(stream, { direction: 'backwards', from: 1 })), [1, 0]);
  t.strictSame(await revisions(store.read(newStream())), [], 'a stream that does not exist is empty');
});

t.test('an append says where it ended, or that somebody else was faster', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  t.strictSame(await store.append(stream, some(2), 'none'), { kind: 'appended', revision: 1 });
  t.strictSame(await store.append(stream, some(1), 1), { kind: 'appended', revision: 2 });
  t.strictSame(await store.append(stream, some(1), 1), { kind: 'conflict' });
  t.strictSame(await store.append(stream, some(1), 7), { kind: 'conflict' });
  t.strictSame(await store.append(stream, some(1), 'none'), { kind: 'conflict' });
  await store.collect(stream, some(1));
  t.strictSame(await revisions(store.read(stream)), [0, 1, 2, 3]);
});

t.test('nothing gets into the store that could not be read back', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const event = closed();
  const wrong = [
    { ...event, event: { type: 'IssueClosed', data: { issueId: 'secret' } } },
    { ...event, event: { type: 'Unheard', data: {} } },
    { ...event, metadata: { ...event.metadata, occurredAt: 'yesterday' } },
  ];
  const said = [];
  for (const one of wrong) said.push(await store.append(stream, [event, one], 'none').catch(String));
  t.strictSame(said, [
    'ContractViolation: IssueClosed /issueId: must match format "uuid"',
    'NewerVersion: Unheard: this type is not in the catalogue of this service; update the service, then replay',
    'ContractViolation: IssueClosed /metadata: is not the metadata of an event of this product',
  ]);
  t.strictSame(await revisions(store.read(stream)), []);
});

t.test('a store is closed also when reads were left before their end', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  await store.append(stream, some(500), 'none');
  for (const limit of [1, 2, 500]) {
    for (let times = 0; times < 20; times += 1) {
      for await (const { origin } of store.read(stream, { limit })) {
        t.equal(origin.revision, 0);
        break;
      }
    }
  }
  t.strictSame(await revisions(store.read(stream, { from: 498 })), [498, 499], 'others are not disturbed');
  await store.close();
});

t.test('a connection outlives any number of reads that were left or found nothing', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  await store.append(stream, some(3), 'none');
  const first = async () => {
    for await (const { origin } of store.read(stream)) return origin.revision;
    return undefined;
  };
  // A server ends the connection of a client that resets more than about a thousand of its streams.
  for (let times = 0; times < 60; times += 1) {
    const reads = Array.from({ length: 25 }, () =>
      Promise.all([first(), revisions(store.read(newStream()))]),
    );
    t.strictSame(
      await Promise.all(reads),
      reads.map(() => [0, []]),
    );
  }
});
