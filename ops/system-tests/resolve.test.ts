import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { createLogger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { discard } from '../recovery/discard.ts';
import { findFailures } from '../recovery/find/find-failures.ts';
import { readListed } from '../recovery/find/list.ts';
import { readFailure } from '../recovery/find/read-failure.ts';
import { keepLedgerRead } from '../recovery/keep-ledger-read.ts';
import { keepTidy } from '../recovery/parked/keep-tidy.ts';
import { parkedLinks } from '../recovery/parked/parked-stream.ts';
import { tidy } from '../recovery/parked/tidy.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { dataToEdit } from '../recovery/replay/edited-data.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import { replayEdited } from '../recovery/replay/replay-edited.ts';
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
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openKillableStore, openTestStore } from './testing/test-store.ts';

const by = 'operator:sam';
const asked = () => ({ by, commandId: randomUUID() });

async function replay(recovery: Recovery, ...messages: readonly string[]): Promise<void> {
  const started = await startReplay(recovery, { messages }, asked());
  if (started === undefined) throw new Error('There was nothing to replay.');
  await carryOut(recovery, started.batch);
}

const listed = (recovery: Recovery, state: 'discarded' | 'recovered') =>
  readListed(findFailures([recovery], state, {}, { size: 20 }).rows);

/** Revisions of what the store still keeps as parked. */
async function parkedRevisions({ store, group }: Recovery): Promise<readonly number[]> {
  return (await collect(parkedLinks(store, group.name))).map(({ revision }) => Number(revision));
}

t.test('a discard says why and who; in an ordered group its stream may go on', async (t) => {
  const store = await openTestStore(t);
  for (const order of ['by-stream', 'free'] as const) {
    const { recovery, park, consumer } = failingGroup(t, store, { order });
    const [failure, other] = await park(2);
    await consumer.close();
    if (failure === undefined || other === undefined) throw new Error('Nothing was parked.');
    const { origin } = failure.facts;
    const request = asked();
    const unknown = randomUUID();
    t.equal(await discard(recovery, { messages: [origin.eventId, unknown] }, 'No such address.', request), 1);
    t.strictSame(
      [await stateOf(recovery, origin.eventId), await stateOf(recovery, other.message.eventId)],
      ['discarded', 'waiting'],
    );
    const [first, ...others] = await listed(recovery, 'discarded');
    t.strictSame(others, []);
    t.match(first, { facts: failure.facts, discarded: { reason: 'No such address.', by } });

    const links = await replayLinks(recovery).catch(() => []);
    const release = { data: `0@${origin.stream}`, metadata: { origin, release: true, by } };
    t.match(links, order === 'free' ? [] : [{ ...release, metadata: { batch: request.commandId } }]);
    t.equal(links.length, order === 'free' ? 0 : 1);

    t.equal(
      await discard(recovery, { messages: [origin.eventId] }, 'Again.', asked()),
      0,
      'it is decided already',
    );
  }
});

t.test('the stream of a discarded message goes on behind it', async (t) => {
  const store = await openTestStore(t);
  const handled: number[] = [];
  const group = testGroup(async ({ origin: { revision } }) => {
    if (revision === 0) throw new PermanentFailure('no', 'The first cannot be handled.');
    handled.push(revision);
  });
  consume(t, store, group);
  await appendClosed(store, group, 3);
  const recovery = recoveryOf(store, group);
  await untilCount(recovery, 'waiting', 1);
  t.strictSame(handled, [], 'it holds the others up');
  const { eventId } = newestOf(recovery, 'waiting', 1)[0] ?? { eventId: '' };
  await discard(recovery, { messages: [eventId] }, 'No.', asked());
  await eventually('the others are handled', () => handled.length === 2);
  t.strictSame(handled, [1, 2]);
  t.equal(await stateOf(recovery, eventId), 'discarded');
});

t.test('a replay undoes a discard', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, failWhile } = failingGroup(t, store);
  const [failure] = await park(1);
  const eventId = failure?.message.eventId ?? '';
  await discard(recovery, { messages: [eventId] }, 'Wrong.', asked());
  t.equal(await startReplay(recovery, {}, asked()), undefined, 'it does not wait');
  failWhile(() => false);
  await replay(recovery, eventId);
  await untilCount(recovery, 'recovered', 1);
  t.equal(recovery.ledger.index.count('discarded'), 0);
  t.match(await listed(recovery, 'recovered'), [{ message: { eventId, attempts: 1 } }]);
});

t.test('an edited replay carries data that keeps the contract; the next edit starts from it', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 1);
  const recovery = recoveryOf(store, group);
  await recovery.ledger.readToEnd();
  const eventId = newestOf(recovery, 'waiting', 1)[0]?.eventId ?? '';
  const { facts } = await readFailure(recovery, eventId);
  const { origin } = facts;
  const [original] = await collect(store.read(origin.stream));
  t.ok(original?.metadata.subject);
  t.strictSame(await dataToEdit(recovery, facts), original?.event.data);

  const head = recovery.ledger.index.head;
  await t.rejects(replayEdited(recovery, eventId, { issueId: 'seven' }, asked()), {
    message: 'IssueClosed /issueId: must match format "uuid"',
  });
  t.equal(recovery.ledger.index.head, head, 'nothing is written');

  const request = asked();
  const data = { issueId: randomUUID() };
  t.equal(await replayEdited(recovery, eventId, data, request), request.commandId);
  t.equal(await replayEdited(recovery, eventId, data, request), request.commandId, 'twice is once');
  await t.rejects(replayEdited(recovery, eventId, data, asked()), {
    message: 'This message is replaying; only one that waits can be edited.',
  });
  const [edit, ...others] = await collect(store.read(streamOf.replay(group.declaration.name)));
  t.strictSame(others, []);
  t.strictSame(edit?.event, {
    type: 'MessageEdited',
    data: { origin, data, batch: request.commandId, attempt: 2, by },
  });
  t.match(edit?.metadata, {
    $causationId: eventId,
    $correlationId: 'conversation-1',
    actor: by,
    subject: original?.metadata.subject,
  });
  t.equal(await stateOf(recovery, eventId), 'replaying');
  t.equal(recovery.ledger.index.messageOfAttempt(edit?.origin.eventId ?? '')?.eventId, eventId);
  t.strictSame(await dataToEdit(recovery, facts), data);

  await carryOut(recovery, request.commandId);
  t.equal((await replayLinks(recovery)).length, 1, 'taking it up again does not send the event as it was');

  const projection = { ...recovery, group: { ...recovery.group, service: 'projections' as const } };
  await t.rejects(replayEdited(projection, eventId, data, asked()), /cannot be edited/);
});

t.test('only a resolved beginning of the parked stream is truncated, and nothing else changes', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, failWhile, group } = failingGroup(t, store);
  const [one, two, three, four] = (await park(4)).map(({ message }) => message.eventId);
  if (!one || !two || !three || !four) throw new Error('Not all were parked.');
  const stream = streamOf.parked(group.declaration.name);
  await eventually('all are parked', async () => (await parkedRevisions(recovery)).length === 4);
  const kept = { $acl: { $r: ['$admins', 'ops'], $w: '$admins' }, $maxAge: 1_000_000, owner: 'kim' };
  await store.client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: kept }));

  await discard(recovery, { messages: [two] }, 'No.', asked());
  t.equal(await tidy(recovery), 0, 'the first waits');
  await replay(recovery, one);
  await eventually('it is parked again', async () => (await parkedRevisions(recovery)).length === 5);
  t.equal(await tidy(recovery), 0, 'the first waits again');

  failWhile(() => false);
  await replay(recovery, one);
  await untilCount(recovery, 'recovered', 1);
  t.equal(await tidy(recovery), 2);
  t.strictSame(await parkedRevisions(recovery), [2, 3, 4]);
  t.equal(await tidy(recovery), 0);
  await discard(recovery, { messages: [three, four] }, 'No.', asked());
  t.equal(await tidy(recovery), 3, 'a link to a link is resolved with its message');
  t.strictSame(await parkedRevisions(recovery), []);
  const last = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
  const [metadata] = await collect(store.client.readStream(`$$${stream}`, last));
  t.strictSame(metadata?.event?.data, { ...kept, $tb: 5 });
});

t.test('what was parked without our reason is found by following its links', async (t) => {
  const store = await openTestStore(t);
  const { recovery, park, group, consumer } = failingGroup(t, store);
  const [one] = await park(1);
  await consumer.close();
  const { name } = group.declaration;
  const direct = store.client.subscribeToPersistentSubscriptionToAll(name);
  direct.on('error', () => undefined);
  const stream = await appendClosed(store, group);
  await replay(recovery, one?.message.eventId ?? '');
  const seen: string[] = [];
  for await (const message of direct) {
    await direct.nack('park', 'by hand', message);
    seen.push(message.event?.type ?? '');
    if (seen.length === 2) break;
  }
  await eventually('both are parked', async () => (await parkedRevisions(recovery)).length === 3);
  await discard(recovery, { messages: [one?.message.eventId ?? ''] }, 'No.', asked());
  const replayed = seen.indexOf('$>') === 0;
  t.equal(await tidy(recovery), replayed ? 2 : 1, `up to ${stream}, which the ledger does not know`);
});

t.test('a followed ledger survives the death of the store, and outcomes tidy once', async (t) => {
  const { store, kill, start } = await openKillableStore(t);
  const logger = createLogger('test', 'silent', 'json');
  const group = testGroup(async () => undefined, { order: 'free' });
  const recovery = recoveryOf(store, group);
  const { ledger } = recovery;
  const tidier = keepTidy(recovery, logger, 20);
  let resolved = 0;
  const following = keepLedgerRead(recovery, logger, () => {
    resolved += 1;
    tidier.soon();
  });
  t.teardown(() => following.close());
  t.teardown(() => tidier.close());
  await seedFailures(store, group, 5);
  await eventually('they are known', () => ledger.index.count('waiting') === 5);
  await kill();
  await t.rejects(ledger.readToEnd(), 'who must not be late hears of it');
  await start();
  await eventually('it takes events again', () =>
    seedFailures(store, group, 1).then(
      () => true,
      () => false,
    ),
  );
  await eventually('it follows again', () => ledger.index.count('waiting') === 6);

  const stream = group.stream();
  const event = closed();
  await store.append(stream, [event], 'none');
  await recovery.ledger.readToEnd();
  const first = newestOf(recovery, 'waiting', 6)[5]?.eventId ?? '';
  const parked = streamOf.parked(group.declaration.name);
  const { facts } = await readFailure(recovery, first);
  const link = { id: randomUUID(), type: '$>', contentType: 'application/octet-stream' } as const;
  const data = Buffer.from(`${facts.origin.revision}@${facts.origin.stream}`);
  await store.client.appendToStream(parked, [{ ...link, data, metadata: undefined }]);
  await discard(recoveryOf(store, group), { messages: [first] }, 'No.', asked());
  await eventually('its entry is gone', async () => (await parkedRevisions(recovery)).length === 0);
  t.equal(resolved, 1);
});
