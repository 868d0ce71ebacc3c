// A system with a past is exported and imported into a fresh store: everything is equal, and nothing happens twice.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ANY, binaryEvent, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import t from 'tap';
import { ISSUE_EVENTS } from '../../shared-contracts/messages/issue-events.ts';
import { GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { importStore } from '../backup/import-store.ts';
import { exportStreams } from '../cli/commands/export.ts';
import { parseArguments } from '../cli/options.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';
import { discard } from '../recovery/discard.ts';
import { tidy } from '../recovery/parked/tidy.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import { eventually } from './testing/eventually.ts';
import { recoveryOf, untilCount } from './testing/failing-group.ts';
import { isSettled } from './testing/folded-ledger.ts';
import { about, metadataOf } from './testing/histories.ts';
import { Outside } from './testing/outside.ts';
import { differencesOf, documentsOf, entriesOf, runReadModels } from './testing/read-model-runner.ts';
import { appendSome } from './testing/rebuilds.ts';
import { contentsOf } from './testing/store-contents.ts';
import { consume } from './testing/test-group.ts';
import { openTestNode } from './testing/test-store.ts';

const never = new AbortController().signal;
const by = 'operator:sam';

/** Reports issues with all that can happen to one; their streams. */
async function reportIssues(store: EventStore, count: number): Promise<readonly string[]> {
  const streams: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = randomUUID();
    const events = ISSUE_EVENTS.map((definition, at) => ({
      id: randomUUID(),
      event: about(definition, id),
      metadata: metadataOf(id, at),
    }));
    streams.push(streamOf.issue(id));
    await store.append(streamOf.issue(id), events, 'none');
  }
  return streams;
}

async function eventIds(store: EventStore, stream: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { origin } of store.read(stream)) ids.push(origin.eventId);
  return ids;
}

/** Streams that lost events in every way there is. */
async function truncateSome({ client }: EventStore): Promise<void> {
  const note = (data: unknown) => jsonEvent({ type: 'Note', data: { data }, metadata: { by: 'nobody' } });
  const five = [1, 2, 3, 4, 5].map(note);
  await client.appendToStream('kept-truncated', five);
  await client.setStreamMetadata('kept-truncated', { truncateBefore: 1 });
  await client.setStreamMetadata('kept-truncated', { truncateBefore: 3, color: 'green' });
  await client.appendToStream('kept-last', five);
  await client.setStreamMetadata('kept-last', { maxCount: 2 });
  await client.appendToStream('soft-deleted', five);
  await client.deleteStream('soft-deleted');
  await client.appendToStream('came-back', five);
  await client.deleteStream('came-back');
  await client.appendToStream('came-back', [note('anew')], { expectedRevision: ANY });
  await client.appendToStream('tombstoned', five);
  await client.tombstoneStream('tombstoned');
  const bytes = new Uint8Array([0, 10, 13, 255]);
  await client.appendToStream('binary', [
    binaryEvent({ type: 'Bytes', data: bytes, metadata: new Uint8Array([1, 255]) }),
    note('separators that are no line feed: \u2028 \u2029'),
  ]);
}

/** Where the links that a group has parked lead. */
async function parkedOf(
  { client }: EventStore,
  { declaration }: SubscriptionGroup,
): Promise<readonly string[]> {
  const links: string[] = [];
  for await (const { event } of eventsOf(client.readStream(streamOf.parked(declaration.name))))
    if (event?.data instanceof Uint8Array) links.push(Buffer.from(event.data).toString());
  return links;
}

/** A client that is cut off after so many appends. */
function cutOff(client: EventStoreDBClient, appends: number): EventStoreDBClient {
  let left = appends;
  return new Proxy(client, {
    get: (target, name) => {
      if (name === 'appendToStream' && left-- <= 0) return () => Promise.reject(new Error('cut off'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** All that was put into the ledger of the groups. */
async function ledgersOf(store: EventStore): Promise<readonly string[]> {
  const entries: string[] = [];
  for (const { name } of [GROUPS.customerNotifications, GROUPS.customerIntegration]) {
    for await (const { event, origin } of store.read(streamOf.failures(name)))
      entries.push(`${name} ${origin.revision} ${event.type}`);
  }
  return entries;
}

async function settled(store: EventStore, groups: readonly SubscriptionGroup[]): Promise<void> {
  for (const group of groups)
    await eventually(`${group.declaration.name} is through`, async () => {
      const { stats } = await store.client.getPersistentSubscriptionToAllInfo(group.declaration.name);
      const known = stats.lastKnownEventPosition?.commit ?? -1n;
      return (await isSettled(store, group)) && known >= (await lastHeard(store.client, group));
    });
}

/** Position of the last event that a group hears. */
async function lastHeard(
  client: EventStoreDBClient,
  { declaration, prefixes }: SubscriptionGroup,
): Promise<bigint> {
  let last = -1n;
  for await (const { event } of eventsOf(client.readAll())) {
    const hears = [...prefixes, streamOf.replay(declaration.name)];
    if (event && hears.some((prefix) => event.streamId.startsWith(prefix))) last = event.position.commit;
  }
  return last;
}

t.test('export, import into a fresh store: equal, and nothing is done twice', async (t) => {
  const before = await openTestNode(t);
  const [store] = before.stores;
  const { client: mongo } = await startTestNode(t);
  const outside = new Outside();
  const groups = outside.groups(store);
  const mails = recoveryOf(store, groups[0]);
  const messages = recoveryOf(store, groups[1]);

  const issues = await reportIssues(store, 6);
  const refusedMails = await Promise.all([0, 1, 2, 3].map((index) => eventIds(store, issues[index] ?? '')));
  for (const ids of refusedMails) outside.refused.add(`<${ids[0]}@deskstream>`);
  for (const index of [3, 4, 5]) outside.refused.add((issues[index] ?? '').slice('issue-'.length));
  const consumers = groups.map((group) => consume(t, store, group));
  const readModels = await runReadModels(t, store, mongo.db('before'));
  await appendSome(store, 8);
  await untilCount(mails, 'waiting', 4);
  await untilCount(messages, 'waiting', 3);

  const replay = async (recovery: typeof mails, ...eventIds: readonly string[]) => {
    const started = await startReplay(recovery, { messages: eventIds }, { by, commandId: randomUUID() });
    await carryOut(recovery, started?.batch ?? '');
  };
  const [first, second, third] = refusedMails.map(([id]) => id ?? '');
  if (first === undefined || second === undefined || third === undefined) throw new Error('There are four.');
  const failAgain = async (recovery: typeof mails, eventId: string) => {
    await replay(recovery, eventId);
    await eventually('it failed again', async () => {
      await recovery.ledger.readToEnd();
      return recovery.ledger.index.message(eventId)?.attempts === 2;
    });
  };
  await failAgain(mails, second);
  await failAgain(messages, refusedMails[3]?.[0] ?? '');
  outside.refused.delete(`<${first}@deskstream>`);
  await replay(mails, first);
  await discard(mails, { messages: [third] }, 'Nobody reads it.', { by, commandId: randomUUID() });
  const recovered = (issues[4] ?? '').slice('issue-'.length);
  outside.refused.delete(recovered);
  await replay(messages, (await eventIds(store, issues[4] ?? ''))[0] ?? '');
  await untilCount(mails, 'recovered', 1);
  await untilCount(messages, 'recovered', 1);
  await settled(store, groups);
  t.equal(await tidy(mails), 1, 'the parked stream is truncated');
  await truncateSome(store);
  await readModels.close();
  await Promise.all(consumers.map((consumer) => consumer.close()));
  t.strictSame(await differencesOf(store, mongo.db('before')), []);

  const dir = t.testdir();
  const file = join(dir, 'backup.ndjson.gz');
  const lines: string[] = [];
  const deps = {
    settings: { eventStoreUrl: before.url },
    print: (line: string) => void lines.push(line),
    complain: () => undefined,
    stop: never,
  };
  t.equal(await exportStreams(deps, parseArguments(['export', '--out', file]).options), 0);
  t.match(lines, [/^\d+ events up to position \d+ \(SHA-256 [0-9a-f]{64}\)/]);

  const after = await openTestNode(t);
  const [restored] = after.stores;
  for (const appends of [1, 40])
    await t.rejects(importStore({ client: cutOff(restored.client, appends), file, stop: never }), {
      message: 'cut off',
    });
  const imported = await importStore({ client: restored.client, file, stop: never });
  t.ok(imported.before > 0 && imported.before < imported.events, 'it goes on where it was interrupted');
  const was = await contentsOf(store.client);
  t.strictSame(
    await contentsOf(restored.client),
    was,
    'order, ids, revisions, data and metadata are the same',
  );

  const again = await importStore({ client: restored.client, file, stop: never });
  t.equal(again.before, again.events, 'the same import once more finds all of it there');
  t.strictSame(await contentsOf(restored.client), was);

  // Now the services run on the new store.
  const ledgers = await ledgersOf(restored);
  const outsideAfter = new Outside();
  for (const refused of outside.refused) outsideAfter.refused.add(refused);
  const groupsAfter = outsideAfter.groups(restored);
  for (const group of groupsAfter) consume(t, restored, group);
  await runReadModels(t, restored, mongo.db('after'));
  await settled(restored, groupsAfter);
  t.strictSame(outsideAfter.mails, [], 'no mail is sent twice');
  t.strictSame(
    outsideAfter.published.toSorted(),
    outside.published.filter((message) => !message.startsWith(recovered)).sort(),
    'what may have been in the broker is published again, under the same ids',
  );
  t.strictSame(await ledgersOf(restored), ledgers, 'nothing is parked anew');
  t.strictSame(
    (await parkedOf(restored, groupsAfter[1])).toSorted(),
    (await parkedOf(store, groups[1])).filter((link) => !link.includes(recovered)).sort(),
    'what waits for a person is in the parked stream of the group that begins anew, too',
  );

  await eventually('the read models are filled', async () => {
    const entries = await entriesOf(mongo.db('after'));
    return (
      entries.length > 0 && entries.every(({ lostAt, building }) => lostAt === null && building === null)
    );
  });
  t.strictSame(await differencesOf(restored, mongo.db('after')), []);
  t.strictSame(await documentsOf(mongo.db('after')), await documentsOf(mongo.db('before')));

  outsideAfter.refused.clear();
  const recovery = recoveryOf(restored, groupsAfter[0]);
  await replay(recovery, second);
  await untilCount(recovery, 'recovered', 2);
  t.strictSame(outsideAfter.mails, [`<${second}@deskstream>`], 'what waited before can be replayed');
});

t.test('what is not whole, or not empty, is refused before anything is written', async (t) => {
  const { url, stores } = await openTestNode(t);
  const [store, other] = stores;
  await reportIssues(store, 3);
  const dir = t.testdir();
  const whole = join(dir, 'whole.ndjson');
  const deps = {
    settings: { eventStoreUrl: url },
    print: () => undefined,
    complain: () => undefined,
    stop: never,
  };
  await exportStreams(deps, parseArguments(['export', '--out', whole]).options);
  await exportStreams(deps, parseArguments(['export', '--out', `${whole}.gz`]).options);
  const text = await readFile(whole, 'utf8');
  t.equal(
    gunzipSync(await readFile(`${whole}.gz`))
      .toString()
      .split('\n').length,
    text.split('\n').length,
  );

  const target = await openTestNode(t);
  const [{ client }] = target.stores;
  const cut = /^The file ends before its last line/;
  const broken: Readonly<Record<string, readonly [content: string | Buffer, message: RegExp]>> = {
    'cut-in-line.ndjson': [text.slice(0, text.length / 2), cut],
    'cut-between-lines.ndjson': [text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1), cut],
    'cut.ndjson.gz': [(await readFile(`${whole}.gz`)).subarray(0, 500), cut],
    'changed.ndjson': [text.replace('"revision":1', '"revision":7'), /its sum is another/],
    'other.ndjson': ['{"hello":"world"}\n', /^This is no export/],
    'empty.ndjson': ['', cut],
  };
  for (const [name, [content, message]] of Object.entries(broken)) {
    const file = join(dir, name);
    await writeFile(file, content);
    await t.rejects(importStore({ client, file, stop: never }), { code: 'broken-export', message }, name);
  }
  t.strictSame((await contentsOf(client)).order, [], 'nothing was written');
  const nowhere = parseArguments(['export', '--out', join(dir, 'nowhere', 'whole.ndjson')]).options;
  await t.rejects(exportStreams(deps, nowhere), { code: 'ENOENT' });

  await reportIssues(other, 1);
  await t.rejects(importStore({ client: store.client, file: whole, stop: never }), { code: 'not-empty' });
});
