// A store whose own projections do not run, and one in which something is not as it should be.
import { randomUUID } from 'node:crypto';
import {
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  streamNameFilter,
} from '@eventstore/db-client';
import t from 'tap';
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import { browse, type Direction, type Subject } from './browse.ts';
import { checkContracts, checkFilters, checkGroups } from './check-contents.ts';
import { readConversation } from './read-conversation.ts';

/** The same store without the streams of links that the embedded node always keeps. */
function withoutProjections(store: EventStore): EventStore {
  const hidden = /^\$(ce|et|bc)-/;
  const readStream: EventStoreDBClient['readStream'] = (name, ...options) =>
    store.client.readStream(hidden.test(name) ? `missing-${randomUUID()}` : name, ...options);
  const client = new Proxy(store.client, {
    get: (target, key) => {
      if (key === 'readStream') return readStream;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...store, client };
}

async function close(store: EventStore, stream: string, correlationId: string, occurredAt: string) {
  const event = { type: 'IssueClosed', data: { issueId: randomUUID() } };
  const metadata = {
    $correlationId: correlationId,
    $causationId: randomUUID(),
    actor: 'customer',
    occurredAt,
  };
  await store.append(stream, [{ id: randomUUID(), event, metadata }], 'none');
}

t.test('without projections everything is found by looking through it, page by page', async (t) => {
  const store = await openTestStore(t);
  const plain = withoutProjections(store);
  const correlationId = randomUUID();
  const now = new Date().toISOString();
  const streams = Array.from({ length: 30 }, (_, index) => `issue-${index}`);
  for (const [index, stream] of streams.entries()) {
    await close(store, stream, index % 10 === 0 ? correlationId : randomUUID(), now);
    await close(store, `issues-${index}`, randomUUID(), now);
  }
  const readAll = async (subject: Subject, direction: Direction) => {
    const found: string[] = [];
    let from: string | undefined;
    let pages = 0;
    do {
      const page = await browse(plain, subject, { direction, from, size: 7 });
      t.equal(page.source, 'search');
      found.push(...page.entries.map(({ at }) => at.stream));
      from = page.next;
      pages += 1;
    } while (from !== undefined && pages < 20);
    return found;
  };
  const category = { kind: 'category', name: 'issue' } as const;
  t.strictSame(await readAll(category, 'forwards'), streams);
  t.strictSame(await readAll(category, 'backwards'), streams.toReversed());
  t.equal((await readAll({ kind: 'type', name: 'IssueClosed' }, 'backwards')).length, 60);
  t.equal((await readAll({ kind: 'all' }, 'forwards')).length, 60);

  const wanted = ['issue-0', 'issue-10', 'issue-20'];
  const searched = await readConversation(plain, correlationId, { times: 1, since: undefined });
  t.strictSame(
    searched.events.map(({ stream }) => stream),
    wanted,
  );
  t.equal(searched.search?.complete, true);
  const late = await readConversation(plain, correlationId, {
    times: 1,
    since: new Date(Date.now() + 60_000),
  });
  t.match(late, { events: [], search: { complete: false, lookedAt: 0 } });
  const indexed = await readConversation(store, correlationId, { times: 1, since: undefined });
  t.equal(indexed.search, undefined);
  t.strictSame(
    indexed.events.map(({ stream }) => stream),
    wanted,
  );
});

t.test('the doctor names a group that hears too little, and an event that keeps no contract', async (t) => {
  const store = await openTestStore(t);
  const { name } = GROUPS.backofficeAssignments;
  await store.client.createPersistentSubscriptionToAll(
    name,
    persistentSubscriptionToAllSettingsFromDefaults({}),
    {
      filter: streamNameFilter({ prefixes: ['ticket-', `replay-${name}`] }),
    },
  );
  const groups = [GROUPS.backofficeAssignments];
  t.match(await checkFilters(store, groups), {
    result: 'problem',
    detail: `${name} does not hear employee-.`,
  });
  t.match(await checkGroups(store, groups), { result: 'problem', detail: 'No instance takes its messages.' });

  t.match(await checkContracts(store), { result: 'ok' });
  const stranger = jsonEvent({ type: 'IssueMelted', data: { at: 'noon' } });
  await store.client.appendToStream('issue-1', stranger);
  t.match(await checkContracts(store), { result: 'problem', detail: '0@issue-1: ' });
  const { entries } = await browse(
    store,
    { kind: 'stream', name: 'issue-1' },
    {
      direction: 'forwards',
      from: undefined,
      size: 5,
    },
  );
  t.match(
    entries,
    [{ event: { data: { at: 'noon' }, notDecoded: 'IssueMelted' } }],
    'it is shown as it is stored',
  );
});
