// Two versions of a service share their groups, under load while one instance after the other is updated: what only the newer
// one knows waits for it, and nothing is decided or lost meanwhile.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { MessageParked } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { accept } from '../../shared-contracts/runtime/decider.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { NewEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { askReplay } from './testing/ask-replay.ts';
import { connectTestStore } from './testing/connect-test-store.ts';
import { POISON } from './testing/counted-group.ts';
import { countedLoads, everyEffectOnce, upTo } from './testing/counted-load.ts';
import { eventually } from './testing/eventually.ts';
import { forkConsumer } from './testing/fork-consumer.ts';
import { NEXT_CATALOGUE } from './testing/next-version.ts';
import { outline, readLedgerOf } from './testing/read-ledger-of.ts';
import { closed, consume, testGroup } from './testing/test-group.ts';
import { openTestNode } from './testing/test-store.ts';

const STREAMS = 5;
/** Revision of the first event of the next version, a new type; every third one behind it is of a new version. */
const FIRST_NEXT = 2;
const EVENTS = 12;

function eventOfNext(revision: number): NewEvent {
  const { event, ...beside } = closed();
  const { issueId } = event.data;
  return revision === FIRST_NEXT
    ? { ...beside, event: { type: 'IssueShelved', data: { issueId } } }
    : { ...beside, event: { ...event, data: { issueId, why: 'It works again.' } } };
}

const isOfNext = (revision: number) => revision >= FIRST_NEXT && (revision - FIRST_NEXT) % 3 === 0;

t.test('two versions under load, rolled over one by one: nothing is lost, all is in order', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const next = connectTestStore(url, NEXT_CATALOGUE);
  t.teardown(() => next.close());
  const loads = countedLoads(next, { streams: STREAMS, events: EVENTS });
  const streams = loads.flatMap((load) => load.streams);
  const append = async (revisions: readonly number[]) => {
    for (const revision of revisions) {
      const [writer, make] = isOfNext(revision) ? [next, eventOfNext] : [store, () => closed()];
      await Promise.all(
        streams.map((stream) =>
          writer.append(stream, [make(revision)], revision === 0 ? 'none' : revision - 1),
        ),
      );
    }
  };
  const start = (isNext: boolean) =>
    forkConsumer(t, { url, isNext, groups: loads.map(({ tag, order }) => ({ tag, order })) });
  const parkedAs = (code: string) =>
    parkedStreams(
      store,
      loads.map(({ group }) => group),
      code,
    );

  const old = [start(false), start(false)];
  await append(upTo(FIRST_NEXT + 1));
  await eventually('what only the next version knows waits in every stream of the free group', async () => {
    const parked = await parkedAs('newer-version');
    return loads[0]?.streams.every((stream) => parked.has(`${FIRST_NEXT}@${stream}`));
  });

  const loading = append(upTo(EVENTS).slice(FIRST_NEXT + 1));
  const updated = [];
  for (const instance of old) {
    await instance.stop();
    updated.push(start(true));
  }
  await loading;
  for (const load of loads) {
    const messages = await everyEffectOnce(t, store, load);
    t.ok(
      messages.every(
        ({ state, origin: { revision } }) =>
          state === 'recovered' && (POISON.has(revision) || isOfNext(revision)),
      ),
      'nothing was parked but poison and what only the next version knows, and all of it has recovered',
    );
  }
  for (const instance of updated) await instance.stop();
});

/** Where events stand that were parked under a code. */
async function parkedStreams(
  store: EventStore,
  groups: readonly { readonly declaration: { readonly name: string } }[],
  code: string,
): Promise<ReadonlySet<string>> {
  const isParked = isOneOf([MessageParked]);
  const places = new Set<string>();
  for (const { declaration } of groups) {
    for await (const { event } of store.read(streamOf.failures(declaration.name))) {
      if (!isParked(event) || event.data.error.code !== code) continue;
      places.add(`${event.data.origin.revision}@${event.data.origin.stream}`);
    }
  }
  return places;
}

t.test('nothing is decided on a stream that only a newer version knows all of', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const next = connectTestStore(url, NEXT_CATALOGUE);
  t.teardown(() => next.close());
  const aggregate = {
    decider: {
      initial: {},
      evolve: (state: object) => state,
      decide: () => accept({ type: 'IssueClosed', data: { issueId: randomUUID() } }),
    },
    isEvent: isOneOf([]),
    subjectOf: () => closed().metadata.subject,
  };
  const context = { actor: 'customer', correlationId: 'c', causationId: 'c' };
  for (const [stream, revision] of [
    ['new-type', FIRST_NEXT],
    ['new-version', FIRST_NEXT + 3],
  ] as const) {
    await next.append(stream, [eventOfNext(revision)], 'none');
    const command = { type: 'CloseIssue', commandId: randomUUID() };
    await t.rejects(handleCommand(store, aggregate, stream, command, context), {
      code: 'newer-version',
      message: /; update the service, then replay$/,
    });
    let length = 0;
    for await (const _event of next.read(stream)) length += 1;
    t.equal(length, 1, 'nothing is appended');
  }
});

t.test('what an update brings, and this group leaves alone, is settled by its replay', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const next = connectTestStore(url, NEXT_CATALOGUE);
  t.teardown(() => next.close());
  const handled: number[] = [];
  const group = testGroup(async ({ origin }) => void handled.push(origin.revision));
  const stream = group.stream();
  await store.append(stream, [closed()], 'none');
  await next.append(stream, [eventOfNext(FIRST_NEXT)], 0);
  await store.append(stream, [closed()], 1);
  const old = consume(t, store, group);
  const ledger = async (length: number) =>
    outline(
      await eventually(`the ledger has ${length} entries`, async () => {
        const entries = await readLedgerOf(store, group);
        return entries.length >= length && entries;
      }),
    );
  t.strictSame(await ledger(2), ['MessageParked 1', 'StreamBlocked 1']);
  await old.close();
  consume(t, next, group);
  await askReplay(store, group, stream, 1);
  t.strictSame((await ledger(4)).slice(2), ['MessageRecovered 1', 'StreamReleased 2']);
  t.strictSame(handled, [0, 2]);
});
