// Whatever way events come, and however often: read models say what the streams say.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import t from 'tap';
import { type FollowDeps, takeInEverywhere } from '../../projections/handlers/follow-view.ts';
import { arrivedAs } from '../../projections/runner/arrived.ts';
import { writeOver, writeWhole } from '../../projections/runner/write-documents.ts';
import { ALL_VIEWS } from '../../projections/views/all-views.ts';
import { tickets } from '../../projections/views/tickets.ts';
import type { AnyView } from '../../projections/views/view.ts';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { TICKET_EVENTS, TicketTagged } from '../../shared-contracts/messages/ticket-events.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { askReplay } from './testing/ask-replay.ts';
import { eventually } from './testing/eventually.ts';
import { about, appendHistory, historyShapes, makeHistory, metadataOf } from './testing/histories.ts';
import { readLedgerOf } from './testing/read-ledger-of.ts';
import {
  differencesOf,
  documentsOf,
  entryOf,
  prepareReadModels,
  runReadModels,
} from './testing/read-model-runner.ts';
import { openTestStore } from './testing/test-store.ts';

async function takeIn(deps: FollowDeps, events: readonly StoredEvent[]): Promise<void> {
  for (const view of ALL_VIEWS) {
    const heard = events.filter(({ origin }) => origin.stream.startsWith(view.category));
    if (heard.length > 0) await takeInEverywhere(view, deps, heard.map(arrivedAs));
  }
}

/** Disorder that leaves each stream's last event in: what an instance that went away has taken in comes again, or is read. */
const disorder = fc.record({
  shuffled: fc.infiniteStream(fc.nat()).map((numbers) => () => numbers.next().value ?? 0),
  dropped: fc.infiniteStream(fc.boolean()).map((flags) => () => flags.next().value ?? false),
  batch: fc.integer({ min: 2, max: 12 }),
});

t.test('in order, twice, shuffled, with gaps, by one and by two: the same documents', async (t) => {
  const store = await openTestStore(t);
  const { client } = await startTestNode(t);
  const [orderly, disorderly] = await Promise.all(
    ['orderly', 'disorderly'].map((name) => prepareReadModels(store, client.db(name))),
  );
  if (orderly === undefined || disorderly === undefined) throw new Error('There are two.');
  const other = { ...disorderly };
  await fc.assert(
    fc.asyncProperty(historyShapes, disorder, async (shapes, { shuffled, dropped, batch }) => {
      const histories: (readonly StoredEvent[])[] = [];
      for (const { family, picks } of shapes) {
        histories.push(await appendHistory(store, makeHistory(family, picks)));
      }
      const inOrder = histories.flat();
      for (const events of histories) await takeIn(orderly, events);

      const last = new Set(histories.map((events) => events.at(-1)?.origin.eventId));
      const given = [...inOrder, ...inOrder]
        .filter(({ origin }) => last.has(origin.eventId) || !dropped())
        .map((event) => ({ event, place: shuffled() }))
        .sort((left, right) => left.place - right.place)
        .map(({ event }) => event);
      const batches: StoredEvent[][] = [];
      while (given.length > 0) batches.push(given.splice(0, batch));
      const work = async (deps: FollowDeps) => {
        for (let events = batches.shift(); events !== undefined; events = batches.shift())
          await takeIn(deps, events);
      };
      await Promise.all([work(disorderly), work(other)]);
      const ids = inOrder.map(({ origin }) => origin.stream.slice(origin.stream.indexOf('-') + 1));
      const ours = (id: string) => ids.some((each) => id.includes(each));
      const documents = await documentsOf(orderly.db, ours);
      if (Object.values(documents).every((all) => all.length === 0)) throw new Error('Nothing was made.');
      assert.deepEqual(await documentsOf(disorderly.db, ours), documents);
    }),
    { numRuns: 12, endOnFailure: true },
  );
  t.strictSame(await differencesOf(store, orderly.db), [], 'and what the streams say');
});

t.test(
  'of those who go on from the same revision one is right, and nobody overwrites what is further on',
  async (t) => {
    const { client } = await startTestNode(t);
    const collection = client.db('writers').collection<PlainDocument>('documents');
    const at = (revision: number): PlainDocument => ({ _id: 'one', revision });
    const there = async () => (await collection.findOne({ _id: 'one' }))?.revision;
    t.equal(await writeOver(collection, [{ document: at(3), from: -1 }]), true);
    t.equal(await writeOver(collection, [{ document: at(2), from: -1 }]), false, 'another has made it');
    t.equal(await writeOver(collection, [{ document: at(8), from: 3 }]), true);
    t.equal(await writeOver(collection, [{ document: at(5), from: 3 }]), false, 'another was faster');
    await writeWhole(collection, [at(4)], [at(5)]);
    t.equal(await there(), 8);
    await writeWhole(collection, [], [at(9)]);
    t.equal(await there(), 9, 'what is behind is replaced');
  },
);

t.test(
  'an event that cannot be applied blocks its document only, which goes on when it is replayed',
  async (t) => {
    const store = await openTestStore(t);
    const { db } = await startTestNode(t);
    const poison = new Set<string>();
    const plain: AnyView = tickets;
    const view: AnyView = {
      ...plain,
      apply: (document, event, facts) => {
        if (poison.has(facts.eventId)) throw new PermanentFailure('refused', 'It is refused.');
        return plain.apply(document, event, facts);
      },
    };
    const histories = [0, 1, 2].map(() =>
      makeHistory(
        'ticket',
        [1, 2, 3, 4, 5].map((type) => ({ type, variant: 0 })),
      ),
    );
    const [, blocked] = histories;
    const event = blocked?.events[2];
    if (blocked === undefined || event === undefined) throw new Error('There are three.');
    poison.add(event.id);
    await runReadModels(t, store, db, [view]);
    for (const history of histories) await appendHistory(store, history);
    const revisions = async () => {
      const documents = (await documentsOf(db)).tickets ?? [];
      return histories.map(({ stream }) => documents.find(({ _id }) => stream.endsWith(_id))?.revision);
    };
    await eventually('the others are there', async () => (await revisions()).join() === '4,1,4');
    t.strictSame(await differencesOf(store, db, [view]), [], 'a blocked document is no difference');
    poison.clear();
    await askReplay(store, { declaration: view.group }, blocked.stream, 2);
    await eventually('it has gone on', async () => (await revisions()).join() === '4,4,4');
    t.strictSame(await differencesOf(store, db, [view]), []);
  },
);

t.test('an event that nobody hears counts; one that only a newer version knows waits for that', async (t) => {
  const store = await openTestStore(t);
  const { db } = await startTestNode(t);
  const heard = TICKET_EVENTS.filter((definition) => definition !== TicketTagged);
  const view: AnyView = { ...tickets, events: heard, isEvent: isOneOf(heard) };
  await runReadModels(t, store, db, [view]);
  const id = randomUUID();
  const stream = `ticket-${id}`;
  const { events } = makeHistory('ticket', [
    { type: 0, variant: 0 },
    { type: 1, variant: 0 },
  ]);
  await store.append(stream, events, 'none');
  const tagged = { id: randomUUID(), event: about(TicketTagged, id), metadata: metadataOf(id, 2) };
  await store.append(stream, [tagged], 1);
  const entry = await entryOf(db, 'tickets');
  const revision = async () =>
    (await db.collection<{ _id: string; revision: number }>(entry?.collection ?? '').findOne({ _id: id }))
      ?.revision;
  await eventually('it has taken it in', async () => (await revision()) === 2);
  t.strictSame(await differencesOf(store, db, [view]), []);

  const metadata = { ...metadataOf(id, 3), schemaVersion: 1 };
  await store.client.appendToStream(stream, [jsonEvent({ type: 'TicketFramed', data: {}, metadata })]);
  const [parked] = await eventually('it is parked', async () => {
    const ledger = await readLedgerOf(store, { declaration: view.group });
    return ledger.length === 2 && ledger;
  });
  t.match(parked, {
    type: 'MessageParked',
    data: { origin: { revision: 3 }, error: { code: 'newer-version' } },
  });
  t.equal(await revision(), 2);
});
