// A message that has come back often may be what kills the process: it is handled alone, and given up when it does it again.
import type { PersistentSubscriptionToAll } from '@eventstore/db-client';
import t from 'tap';
import { ensureGroup } from '../../shared-contracts/runtime/consumer/ensure-group.ts';
import { followLedger } from '../../shared-contracts/runtime/consumer/ledger/group-ledger.ts';
import { runAlone } from '../../shared-contracts/runtime/consumer/message/run-alone.ts';
import { ACK, type Settlement } from '../../shared-contracts/runtime/consumer/message/settlement.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { Lanes } from '../../shared-contracts/runtime/lanes.ts';
import { createLogger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { eventually } from './testing/eventually.ts';
import { readLedgerOf } from './testing/read-ledger-of.ts';
import { appendClosed, closed, consume, testGroup } from './testing/test-group.ts';
import { openTestStore, openTwoConnections } from './testing/test-store.ts';

/** Takes what the group delivers and dies without settling it. */
async function dieOver(store: EventStore, { declaration: { name } }: SubscriptionGroup): Promise<void> {
  const subscription: PersistentSubscriptionToAll = store.client.subscribeToPersistentSubscriptionToAll(name);
  subscription.on('error', () => undefined);
  await new Promise((resolve) => subscription.once('data', resolve));
  await subscription.unsubscribe();
  subscription.destroy();
}

async function comeBackOften(store: EventStore, group: SubscriptionGroup, times: number): Promise<void> {
  await ensureGroup(store, group);
  for (let time = 0; time < times; time += 1) await dieOver(store, group);
}

t.test('a message that has come back five times is handled alone', async (t) => {
  const store = await openTestStore(t);
  let running = 0;
  const beside: number[] = [];
  const group = testGroup(async () => {
    running += 1;
    beside.push(running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  for (let stream = 0; stream < 5; stream += 1) await appendClosed(store, group);
  await comeBackOften(store, group, 5);
  consume(t, store, group);
  await eventually('all are handled', () => beside.length === 5);
  t.strictSame(beside, [1, 1, 1, 1, 1]);
  const entries = await eventually('the ledger tells it', async () => {
    const found = await readLedgerOf(store, group);
    return found.length === 10 && found;
  });
  t.strictSame(
    entries.map(({ type }) => type),
    Array.from({ length: 5 }, () => ['MessageSuspected', 'SuspicionCleared']).flat(),
  );
});

t.test('a message that killed the process when it was handled alone is parked', async (t) => {
  const [store, cutOff] = await openTwoConnections(t);
  let hang: (() => void) | undefined;
  const group = testGroup(
    () =>
      new Promise((resolve) => {
        hang = resolve;
      }),
  );
  await appendClosed(store, group);
  await comeBackOften(store, group, 5);
  const first = consume(t, cutOff, group);
  await eventually('it is being handled alone', () => hang !== undefined);

  const second = consume(t, store, group);
  await eventually('the second is there', () => second.state().condition === 'connected');
  await cutOff.client.dispose();
  const parked = await eventually('it is parked', async () => {
    const entries = await readLedgerOf(store, group);
    return entries.find(({ type }) => type === 'MessageParked');
  });
  t.match(parked.data, { error: { code: 'kills-the-process' }, handler: 'close-it', tries: 0 });
  hang?.();
  await first.close();
});

t.test(
  'whoever has survived it handles it again; who has not takes it for what kills the process',
  async (t) => {
    const store = await openTestStore(t);
    const name = testGroup(async () => undefined).declaration.name;
    const ledger = followLedger(store, name);
    t.teardown(() => ledger.close());
    const { id: eventId } = closed();
    const origin = { stream: 'issue-1', revision: 0, eventId, type: 'IssueClosed' };
    const subject = { group: name, origin, correlationId: undefined, attemptId: eventId, attempt: 1 };
    const handleIn = (survived: Set<string>, run: () => Promise<Settlement>) => {
      const logger = createLogger('test', 'silent', 'json');
      const deps = {
        store,
        logger,
        ledger,
        lanes: new Lanes(),
        survived,
        stopping: new AbortController().signal,
      };
      return runAlone(deps, subject, run, async ({ code }) => ({ kind: 'park', reason: code }));
    };

    const thisProcess = new Set<string>();
    const lost = () => Promise.reject(new Error('The connection was lost.'));
    await t.rejects(handleIn(thisProcess, lost), { message: 'The connection was lost.' });
    t.strictSame(await handleIn(new Set(), async () => ACK), { kind: 'park', reason: 'kills-the-process' });
    t.strictSame(await handleIn(thisProcess, async () => ACK), ACK);
  },
);
