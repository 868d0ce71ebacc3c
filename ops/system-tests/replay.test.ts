// An operator's replay hands exactly what was chosen to the group again, and tells what came of each message.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { FailureFilter } from '../../shared-contracts/messages/replay-selection.ts';
import { planReplay } from '../recovery/replay/plan-replay.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import {
  failingGroup,
  newestOf,
  recoveryOf,
  replayLinks,
  seedFailures,
  stateOf,
  untilCount,
} from './testing/failing-group.ts';
import { lastProgress, OPERATOR, replay, told } from './testing/replays.ts';
import { consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

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
  t.strictSame(about, { origin, attempt: 2, by: OPERATOR, batch });
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
        by: OPERATOR,
      },
      actor: OPERATOR,
    },
    {
      type: 'ReplayRequested',
      data: { group: name, origin, replayId: link?.id, batch, attempt: 2, by: OPERATOR },
      actor: OPERATOR,
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
  const request = { by: OPERATOR, commandId: randomUUID() };
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
  t.equal(await startReplay(recovery, unknown, { by: OPERATOR, commandId: randomUUID() }), undefined);
});

t.test('what somebody else dealt with before its turn is left alone', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 3);
  const recovery = recoveryOf(store, group);
  const commandId = randomUUID();
  await startReplay(recovery, {}, { by: OPERATOR, commandId });
  const eventId = newestOf(recovery, 'waiting', 1)[0]?.eventId ?? '';
  const other = await replay(recoveryOf(store, group), { messages: [eventId] });
  await carryOut(recovery, commandId);
  const batches = (await replayLinks(recovery)).map(({ metadata }) => Object(metadata).batch);
  t.strictSame(batches, [other, commandId, commandId]);
  consume(t, store, group);
  t.match(await lastProgress(recovery, commandId), { total: 2, requested: 2, recovered: 2, ended: true });
});

t.test(
  'what failed once more before its turn is left alone: nobody has looked at that failure yet',
  async (t) => {
    const store = await openTestStore(t);
    const { recovery, park, failWhile } = failingGroup(t, store);
    const messages = (await park(3)).map(({ message }) => message.eventId);
    const [eventId = ''] = messages;
    const commandId = randomUUID();
    await startReplay(recovery, { messages }, { by: OPERATOR, commandId });
    const other = await replay(recovery, { messages: [eventId] });
    t.match(await lastProgress(recovery, other), { parkedAgain: 1, ended: true });
    failWhile(() => false);
    await carryOut(recovery, commandId);
    t.match(await lastProgress(recovery, commandId), { total: 2, requested: 2, recovered: 2, ended: true });
    t.equal(await stateOf(recovery, eventId), 'waiting');
  },
);
