import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { NotThere } from '../../shared-contracts/errors/not-possible.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { FailureFilter } from '../../shared-contracts/messages/replay-selection.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { Wanted } from '../recovery/find/selection.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { planReplay } from '../recovery/replay/plan-replay.ts';
import { progressOf, type ReplayProgress, watchReplay } from '../recovery/replay/progress.ts';
import { cancelReplay, carryOut, startReplay } from '../recovery/replay/replay.ts';
import { eventually } from './testing/eventually.ts';
import {
  collect,
  failingGroup,
  newestOf,
  recoveryOf,
  replayLinks,
  seedFailures,
  stateOf,
  untilCount,
} from './testing/failing-group.ts';
import { consume, testGroup } from './testing/test-group.ts';
import { openTestNode, openTestStore } from './testing/test-store.ts';

const by = 'operator:sam';

/** Starts a replay and asks for all of it. */
async function replay(recovery: Recovery, wanted: Wanted, commandId = randomUUID()): Promise<string> {
  const started = await startReplay(recovery, wanted, { by, commandId });
  if (started === undefined) throw new Error('There was nothing to replay.');
  await carryOut(recovery, started.batch);
  return started.batch;
}

async function lastProgress(recovery: Recovery, batch: string): Promise<ReplayProgress | undefined> {
  return (await collect(watchReplay(recovery, batch, { stop: AbortSignal.timeout(20_000) }))).at(-1);
}

/** The entries of the ledger from a revision on, by type. */
async function told({ store, group }: Recovery, from = 0) {
  const entries = await collect(store.read(streamOf.failures(group.name), { from }));
  return entries.map(({ event, metadata }) => ({ ...event, actor: metadata.actor }));
}

t.test('a replay of one message: asked for, on its way, recovered, and who did it', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, failWhile, replayed, group } = failingGroup(t, store);
  const [first, second] = await park(2);
  if (first === undefined || second === undefined) throw new Error('Nothing was parked.');
  failWhile(() => false);
  const { origin } = first.facts;
  const batch = await replay(recovery, { messages: [origin.eventId] });
  await untilCount(recovery, 'recovered', 1);

  const [link, ...others] = await replayLinks(recovery);
  const { requestedAt, ...about } = { requestedAt: '', ...Object(link?.metadata) };
  t.strictSame(others, []);
  t.strictSame([link?.type, link?.data], ['$>', `0@${origin.stream}`]);
  t.strictSame(about, { origin, attempt: 2, by, batch });
  t.match(requestedAt, /^\d{4}-\d\d-\d\dT/);
  const { name } = group.declaration;
  t.strictSame(await told(recovery, 2), [
    {
      type: 'ReplayStarted',
      data: {
        group: name,
        batch,
        total: 1,
        selection: { upTo: 1, messages: [origin.eventId], filter: {} },
        by,
      },
      actor: by,
    },
    {
      type: 'ReplayRequested',
      data: { group: name, origin, replayId: link?.id, batch, attempt: 2, by },
      actor: by,
    },
    {
      type: 'MessageRecovered',
      data: { group: name, origin, attemptId: link?.id },
      actor: `system:${name}`,
    },
  ]);
  t.strictSame(
    replayed.map(({ origin }) => origin.eventId),
    [origin.eventId],
  );
  t.equal(await stateOf(recovery, second.message.eventId), 'waiting', 'the other waits on');
});

t.test('what fails again waits again, with one attempt more, and can be replayed again', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, failWhile } = failingGroup(t, store);
  const [failure] = await park(1);
  const eventId = failure?.message.eventId ?? '';
  const batch = await replay(recovery, { messages: [eventId] });
  const progress = await lastProgress(recovery, batch);
  t.match(progress, { total: 1, requested: 1, parkedAgain: 1, recovered: 0, queued: 0, ended: true });
  t.match(recovery.ledger.index.message(eventId), { state: 'waiting', attempts: 2 });
  failWhile(() => false);
  t.match(await lastProgress(recovery, await replay(recovery, {})), { recovered: 1, ended: true });
  t.match(recovery.ledger.index.message(eventId), { state: 'recovered', attempts: 2 });
  t.strictSame(
    (await replayLinks(recovery)).map(({ metadata }) => Object(metadata).attempt),
    [2, 3],
  );
});

t.test('a filter chooses by what the last failure was; a dry run only says how many', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, failWhile } = failingGroup(t, store);
  const [one, , three] = await park(3);
  if (one === undefined || three === undefined) throw new Error('Nothing was parked.');
  const after = new Date(Date.parse(three.facts.occurredAt) + 1).toISOString();
  const totals = async (filter: FailureFilter) => (await planReplay(recovery, { filter })).total;
  const filters: readonly [FailureFilter, number][] = [
    [{}, 3],
    [{ eventType: 'IssueClosed', handler: 'close-it', error: 'mail-refused', text: 'REFUSED it' }, 3],
    [{ error: 'PermanentFailure' }, 3],
    [{ text: 'failing-group.' }, 3],
    [{ correlationId: 'conversation-1' }, 3],
    [{ correlationId: 'conversation-2' }, 0],
    [{ eventType: 'IssueReported' }, 0],
    [{ handler: 'open-it' }, 0],
    [{ error: 'refused' }, 0],
    [{ text: 'accepted' }, 0],
    [{ stream: one.facts.origin.stream }, 1],
    [{ stream: one.facts.origin.stream, handler: 'open-it' }, 0],
    [{ from: after }, 0],
    [{ to: after }, 3],
    [{ to: one.facts.occurredAt }, 0],
  ];
  const found = [];
  for (const [filter] of filters) found.push([filter, await totals(filter)]);
  t.strictSame(found, filters);
  t.equal(recovery.ledger.index.head, 2, 'nothing is written by a dry run');

  await store.client.deleteStream(three.facts.origin.stream);
  const plan = await planReplay(recovery, {});
  t.strictSame(plan, { total: 3, lookedAt: 3, gone: 1, examples: [three.facts.origin] });

  failWhile(() => false);
  const filter = { stream: one.facts.origin.stream };
  t.match(await lastProgress(recovery, await replay(recovery, { filter })), { total: 1, recovered: 1 });
  t.equal(await stateOf(recovery, one.message.eventId), 'recovered');
  t.equal(recovery.ledger.index.count('waiting'), 2);
});

t.test('what fails after a replay was started is not part of it', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, failWhile, replayed } = failingGroup(t, store);
  const before = await park(3);
  const request = { by, commandId: randomUUID() };
  const started = await startReplay(recovery, {}, request);
  const [late] = await park(1);
  failWhile(() => false);
  await carryOut(recovery, started?.batch ?? '');
  t.match(await lastProgress(recovery, request.commandId), { total: 3, recovered: 3, ended: true });
  t.strictSame(
    replayed.map(({ origin }) => origin.eventId).sort(),
    before.map(({ message }) => message.eventId).sort(),
  );
  t.equal(await stateOf(recovery, late?.message.eventId ?? ''), 'waiting');

  await carryOut(recovery, started?.batch ?? '');
  t.strictSame(await startReplay(recovery, {}, request), recovery.ledger.index.replay(request.commandId));
  t.equal((await replayLinks(recovery)).length, 3, 'the same request twice is one replay');
  const unknown = { messages: [randomUUID(), 'no id at all'] };
  t.equal(await startReplay(recovery, unknown, { by, commandId: randomUUID() }), undefined);
});

t.test('what somebody else dealt with before its turn is left alone', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 3);
  const recovery = recoveryOf(store, group);
  const commandId = randomUUID();
  await startReplay(recovery, {}, { by, commandId });
  const eventId = newestOf(recovery, 'waiting', 1)[0]?.eventId ?? '';
  const other = await replay(recoveryOf(store, group), { messages: [eventId] });
  await carryOut(recovery, commandId);
  const batches = (await replayLinks(recovery)).map(({ metadata }) => Object(metadata).batch);
  t.strictSame(batches, [other, commandId, commandId]);
  consume(t, store, group);
  t.match(await lastProgress(recovery, commandId), { total: 2, requested: 2, recovered: 2, ended: true });
});

t.test('a cancelled replay: what was not handled yet waits again', async (t) => {
  const store = await openTestStore(t);
  const handled: string[] = [];
  const group = testGroup(
    async ({ origin, delivery }) => {
      if (delivery.kind === 'replay') handled.push(origin.eventId);
    },
    { order: 'free' },
  );
  await seedFailures(store, group, 1000);
  const recovery = recoveryOf(store, group);
  const commandId = randomUUID();
  await startReplay(recovery, {}, { by, commandId });
  const carried = carryOut(recovery, commandId);
  await eventually('some are asked for', () => recovery.ledger.index.count('replaying') > 0);
  await cancelReplay(recoveryOf(store, group), commandId, 'operator:kim');
  await carried;
  await recovery.ledger.readToEnd();
  const facts = recovery.ledger.index.replay(commandId);
  if (facts === undefined) throw new Error('The replay is not in the ledger.');
  const progress = progressOf(facts);
  t.equal(recovery.ledger.index.count('waiting'), 1000);
  t.match(progress, { cancelled: true, ended: true, queued: 0, recovered: 0, withdrawn: progress.requested });
  await carryOut(recovery, commandId);
  t.equal(recovery.ledger.index.count('waiting'), 1000, 'nothing more is asked for');

  const { eventId } = newestOf(recovery, 'waiting', 1)[0] ?? { eventId: '' };
  await replay(recovery, { messages: [eventId] });
  consume(t, store, group);
  await untilCount(recovery, 'recovered', 1);
  t.strictSame(handled, [eventId], 'the group leaves the links of the cancelled replay alone');
  await t.rejects(cancelReplay(recovery, randomUUID(), by), NotThere);
});

t.test('requests that cross a cancellation: the ledger says after them that it is cancelled', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 3);
  const commandId = randomUUID();
  const crossed: EventStore = {
    ...store,
    collect: async (stream, events) => {
      if (events[0]?.event.type === 'ReplayRequested') {
        await cancelReplay(recoveryOf(store, group), commandId, 'operator:kim');
      }
      return store.collect(stream, events);
    },
  };
  const recovery = recoveryOf(crossed, group);
  await startReplay(recovery, {}, { by, commandId });
  const before = (await told(recovery)).length;
  await carryOut(recovery, commandId);
  t.strictSame(
    (await told(recovery, before)).map(({ type }) => type),
    ['ReplayCancelled', 'ReplayRequested', 'ReplayRequested', 'ReplayRequested', 'ReplayCancelled'],
  );
  await recovery.ledger.readToEnd();
  t.equal(recovery.ledger.index.count('waiting'), 3);
});

/** A store whose appends to one stream fail from the given one on. */
function failingAppends(store: EventStore, stream: string, from: number): EventStore {
  let appends = 0;
  const client = new Proxy(store.client, {
    get: (target, name) => {
      if (name !== 'appendToStream') return Reflect.get(target, name).bind?.(target);
      return (...args: Parameters<typeof target.appendToStream>) => {
        if (args[0] === stream) appends += 1;
        if (args[0] === stream && appends >= from) return Promise.reject(new Error('the process dies'));
        return target.appendToStream(...args);
      };
    },
  });
  return { ...store, client };
}

t.test('cut off between the ledger and the links, a replay is taken up again without a double', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 600);
  const replays = streamOf.replay(group.declaration.name);
  const dying = recoveryOf(failingAppends(store, replays, 2), group);
  const commandId = randomUUID();
  await startReplay(dying, {}, { by, commandId });
  await t.rejects(carryOut(dying, commandId), { message: 'the process dies' });
  t.equal((await replayLinks(dying)).length, 250);

  const next = recoveryOf(store, group);
  await next.ledger.readToEnd();
  t.equal(next.ledger.index.count('replaying'), 500, 'the ledger was ahead of the links');
  await carryOut(next, commandId);
  const links = await replayLinks(next);
  t.equal(links.length, 600);
  t.equal(new Set(links.map(({ data }) => data)).size, 600, 'each message once');
  consume(t, store, group);
  t.match(await lastProgress(next, commandId), { total: 600, requested: 600, recovered: 600, ended: true });
});

t.test('killed in the middle, and taken up by two at once: every message is replayed once', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const handled: string[] = [];
  const group = testGroup(
    async ({ origin, delivery }) => {
      if (delivery.kind === 'replay') handled.push(origin.eventId);
    },
    { order: 'free', bufferSize: 100 },
  );
  const total = 1500;
  await seedFailures(store, group, total);
  const commandId = randomUUID();
  const program = join(import.meta.dirname, 'testing/replay-process.js');
  const child = fork(program, [url, JSON.stringify(group.declaration), commandId]);
  const exited = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  const recovery = recoveryOf(store, group);
  await once(child, 'message');
  await eventually('it is at work', async () => (await replayLinks(recovery).catch(() => [])).length > 0);
  child.kill('SIGKILL');
  await exited;
  await recovery.ledger.readToEnd();
  const left = recovery.ledger.index.count('waiting');
  t.ok(left > 0 && left < total, `${left} of ${total} were not asked for yet`);

  await Promise.all([carryOut(recovery, commandId), carryOut(recoveryOf(store, group), commandId)]);
  const links = await replayLinks(recovery);
  t.equal(links.length, total);
  t.equal(new Set(links.map(({ data }) => data)).size, total);
  consume(t, store, group);
  t.match(await lastProgress(recovery, commandId), { total, recovered: total, ended: true });
  t.equal(handled.length, total);
  t.equal(new Set(handled).size, total, 'each was handled once');
});
