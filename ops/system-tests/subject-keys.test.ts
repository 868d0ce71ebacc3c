// The keys of subjects in a real store: made once, shared by every process, and gone for good once erased.
import { randomUUID } from 'node:crypto';
import { START } from '@eventstore/db-client';
import t from 'tap';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { MessageEdited } from '../../shared-contracts/messages/replay-events.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { classify } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { createCodec } from '../../shared-contracts/runtime/event-store/codec.ts';
import { createEventStore, type EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import type { NewEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import { createSubjectKeys } from '../../shared-contracts/runtime/event-store/stored-keys.ts';
import { TEST_MASTER_KEY } from './testing/connect-test-store.ts';
import { eventually } from './testing/eventually.ts';
import { closed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

function reported(subject: string): NewEvent {
  const { metadata } = closed();
  const data = { ...IssueReported.example, customerId: subject };
  return { id: randomUUID(), event: { type: 'IssueReported', data }, metadata: { ...metadata, subject } };
}

/** The codec as another process has it: with keys of its own. */
function elsewhere({ client }: EventStore, masterKey = TEST_MASTER_KEY) {
  return createCodec(CATALOGUE, createSubjectKeys(client, masterKey));
}

async function recordedIn({ client }: EventStore, stream: string) {
  const recorded = [];
  for await (const { event } of eventsOf(client.readStream(stream, { fromRevision: START }))) {
    if (event !== undefined) recorded.push(event);
  }
  return recorded;
}

async function report(store: EventStore, subject: string) {
  const event = reported(subject);
  const stream = streamOf.issue(event.id);
  await store.append(stream, [event], 'none');
  const [recorded] = await recordedIn(store, stream);
  if (recorded === undefined) throw new Error('The report is not in its stream.');
  return { event: event.event, recorded };
}

t.test(
  'however many begin at once, a subject has one key, and everybody reads what anybody wrote',
  async (t) => {
    const store = await openTestStore(t);
    const subject = randomUUID();
    const writers = Array.from({ length: 8 }, () => elsewhere(store));
    const events = writers.map(() => reported(subject));
    const stream = streamOf.issue(subject);
    await store.client.appendToStream(
      stream,
      await Promise.all(
        writers.map((writer, index) => writer.encode(events[index] ?? reported(subject), {})),
      ),
    );
    t.equal((await recordedIn(store, streamOf.key(subject))).length, 1);
    const reader = elsewhere(store);
    const read = [];
    for (const recorded of await recordedIn(store, stream)) {
      t.notMatch(JSON.stringify(recorded.data), /Kim [A-Z]|kim@|blank/);
      read.push((await reader.decode(recorded)).event);
    }
    t.strictSame(
      read,
      events.map(({ event }) => event),
    );
  },
);

t.test(
  'without its key stream a subject is erased, whichever way that went, and never gets another key',
  async (t) => {
    const store = await openTestStore(t);
    const { client } = store;
    const ways: Record<string, (stream: string) => Promise<unknown>> = {
      tombstoned: (stream) => client.tombstoneStream(stream),
      deleted: (stream) => client.deleteStream(stream),
      truncated: (stream) => client.setStreamMetadata(stream, { truncateBefore: 1 }),
    };
    for (const [way, erase] of Object.entries(ways)) {
      const subject = randomUUID();
      const { recorded } = await report(store, subject);
      await erase(streamOf.key(subject));
      for (const what of ['first', 'later']) {
        const codec = elsewhere(store);
        const read = await codec.decode(recorded);
        t.strictSame([read.erased, read.event.data.text], [true, '[erased]'], `${way}, ${what} read`);
        // Also a process that writes before it has read anything must not begin a new key.
        const late = await elsewhere(store).encode(reported(subject), {});
        t.notMatch(JSON.stringify(late), 'blank', `${way}, ${what} write`);
        t.match(JSON.stringify(late.data), '"text":"enc1:"');
      }
    }
  },
);

t.test('an erasure is noticed by a process that had the key, within its time', async (t) => {
  const store = await openTestStore(t);
  const clock = { now: 0 };
  const keys = createSubjectKeys(
    store.client,
    TEST_MASTER_KEY,
    { size: 10, lifeMs: 60_000 },
    () => clock.now,
  );
  const codec = createCodec(CATALOGUE, keys);
  const subject = randomUUID();
  const { event, recorded } = await report(store, subject);
  t.strictSame((await codec.decode(recorded)).event, event);
  await store.client.tombstoneStream(streamOf.key(subject));
  clock.now = 59_999;
  t.strictSame((await codec.decode(recorded)).event, event);
  clock.now = 60_000;
  t.equal((await codec.decode(recorded)).erased, true);
});

t.test('keys of many subjects are fetched at once, and only those that are needed', async (t) => {
  const store = await openTestStore(t);
  const subjects = Array.from({ length: 100 }, () => randomUUID());
  const reports = await Promise.all(subjects.map((subject) => report(store, subject)));
  const withoutKey = { ...closed(), metadata: { ...closed().metadata, subject: randomUUID() } };
  await store.append('issue-closed', [withoutKey], 'none');
  const keys = createSubjectKeys(store.client, TEST_MASTER_KEY);
  const codec = createCodec(CATALOGUE, keys);
  const recorded = [...reports.map((each) => each.recorded), ...(await recordedIn(store, 'issue-closed'))];
  await codec.prepare(recorded);
  const known = [...subjects, withoutKey.metadata.subject].map(
    (subject) => keys.known(subject) !== undefined,
  );
  t.strictSame(known, [...subjects.map(() => true), false]);
});

t.test(
  'another master key is noticed at the start, and is nothing that a message is parked for',
  async (t) => {
    const store = await openTestStore(t);
    const { recorded } = await report(store, randomUUID());
    const keysOf = (master: Uint8Array) => createSubjectKeys(store.client, master);
    await keysOf(TEST_MASTER_KEY).check();
    await keysOf(TEST_MASTER_KEY).check();
    const other = new Uint8Array(32).fill(8);
    await t.rejects(keysOf(other).check(), {
      code: 'wrong-master-key',
      message:
        /DESKSTREAM_MASTER_KEY_FILE is not the file under which it was made\. Put the right file back\.$/,
    });
    const error = await elsewhere(store, other)
      .decode(recorded)
      .catch((thrown: unknown) => thrown);
    t.equal(classify(error), 'outage');
  },
);

t.test(
  'a handler is given an erased message as erased, also one that an operator edited before',
  async (t) => {
    const store = await openTestStore(t);
    const seen: unknown[] = [];
    const handle = async ({ event, erased, delivery }: Envelope) => {
      seen.push([delivery.kind, event.data.issueId, event.data.text, erased]);
    };
    const group = { ...testGroup(handle), handlers: [on(IssueReported, 'read-it', handle)] };
    const subject = randomUUID();
    const stream = group.stream();
    const event = reported(subject);
    await store.append(stream, [event], 'none');
    const edit = {
      type: 'MessageEdited',
      data: {
        ...MessageEdited.example,
        origin: { stream, revision: 0, eventId: event.id, type: 'IssueReported' },
        data: { ...event.event.data, text: 'Edited.' },
      },
    };
    const edited = { id: randomUUID(), event: edit, metadata: event.metadata };
    const { data: _, ...asked } = edit.data;
    const requested = {
      type: 'ReplayRequested',
      data: { ...asked, group: group.declaration.name, replayId: edited.id },
    };
    await store.collect(streamOf.failures(group.declaration.name), [
      { id: randomUUID(), event: requested, metadata: event.metadata },
    ]);
    await store.collect(streamOf.replay(group.declaration.name), [edited]);
    await store.client.tombstoneStream(streamOf.key(subject));
    const consumer = consume(t, createEventStore(store.client, elsewhere(store)), group);
    await eventually('both are handled', () => seen.length === 2);
    await consumer.close();
    const { issueId } = IssueReported.example;
    t.strictSame(seen, [
      ['live', issueId, '[erased]', true],
      ['replay', issueId, '[erased]', true],
    ]);
  },
);
