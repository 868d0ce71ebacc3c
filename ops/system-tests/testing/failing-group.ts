// Groups with failed messages, for tests of what operators do with them.

import type { FailedState } from '../../../shared-contracts/messages/failed-message-state.ts';
import { MessageParked } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';
import type { RunningConsumer } from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../../shared-contracts/runtime/event-store/events-of.ts';
import type { NewEvent } from '../../../shared-contracts/runtime/event-store/stored-event.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { findFailures } from '../../recovery/find/find-failures.ts';
import { failuresAt, type Selected } from '../../recovery/find/selection.ts';
import type { FailedMessage } from '../../recovery/ledger/failed-message.ts';
import { Ledger } from '../../recovery/ledger/ledger.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { eventually } from './eventually.ts';
import { closed, consume, type TestGroup, testGroup } from './test-group.ts';
import type { Teardown } from './test-store.ts';

export type FailingGroup = {
  readonly recovery: Recovery;
  readonly group: TestGroup;
  readonly consumer: RunningConsumer;
  /** What the handler was given in replays. */
  readonly replayed: readonly Envelope[];
  /** Decides what fails: everything, until it is told otherwise. */
  failWhile(fails: (envelope: Envelope) => boolean): void;
  /** Appends this many events, each to a stream of its own, and waits until they wait for a person. */
  park(count: number): Promise<readonly Selected[]>;
};

/** A group whose handler fails until it is told otherwise. */
export function failingGroup(
  t: Teardown,
  store: EventStore,
  changes: Partial<Pick<SubscriptionGroup, 'order' | 'bufferSize'>> = { order: 'free' },
): FailingGroup {
  const replayed: Envelope[] = [];
  let fails: (envelope: Envelope) => boolean = () => true;
  const group = testGroup(async (envelope) => {
    if (envelope.delivery.kind === 'replay') replayed.push(envelope);
    if (fails(envelope)) throw new PermanentFailure('mail-refused', 'The mail server refused it.');
  }, changes);
  const recovery = recoveryOf(store, group);
  const consumer = consume(t, store, group);
  return {
    recovery,
    group,
    consumer,
    replayed,
    failWhile: (next) => {
      fails = next;
    },
    park: async (count) => {
      await recovery.ledger.readToEnd();
      const before = recovery.ledger.index.count('waiting');
      const portion = Array.from({ length: 20 });
      for (let done = 0; done < count; done += portion.length)
        await Promise.all(
          portion.slice(0, count - done).map(() => store.append(group.stream(), [closed()], 'none')),
        );
      await untilCount(recovery, 'waiting', before + count);
      const parked = newestOf(recovery, 'waiting', count).reverse();
      const revisions = parked.map(({ parkedAt }) => parkedAt).sort((one, other) => one - other);
      const failures = await collect(failuresAt(recovery.ledger, revisions));
      return parked.flatMap(({ eventId }) => failures.filter(({ message }) => message.eventId === eventId));
    },
  };
}

/** Appends events and says in the ledger that each has failed, as if a consumer had: quick, where that is not the point. */
export async function seedFailures(store: EventStore, group: TestGroup, count: number): Promise<void> {
  const { name } = group.declaration;
  for (let done = 0; done < count; done += 250) {
    const stream = group.stream();
    const events = Array.from({ length: Math.min(250, count - done) }, () => closed());
    await store.append(stream, events, 'none');
    const entries = events.map(({ id, event, metadata }, revision): NewEvent => {
      const origin = { stream, revision, eventId: id, type: event.type };
      return {
        id: deterministicId('MessageParked', name, id),
        event: {
          type: 'MessageParked',
          data: { ...MessageParked.example, group: name, origin, attemptId: id, correlationId: null },
        },
        metadata,
      };
    });
    await store.collect(streamOf.failures(name), entries);
  }
}

/** A view of the group's ledger as another process would have it. */
export function recoveryOf(store: EventStore, { declaration }: SubscriptionGroup): Recovery {
  return { store, group: declaration, ledger: new Ledger(store, declaration.name) };
}

/** The messages in a state that were the last to fail, the newest first. The ledger must have been read to its end. */
export function newestOf(recovery: Recovery, state: FailedState, size: number): FailedMessage[] {
  return findFailures([recovery], state, {}, { size })
    .rows.map(({ fact }) => recovery.ledger.index.message(fact.eventId))
    .filter((message) => message !== undefined);
}

export async function untilCount({ ledger }: Recovery, state: FailedState, count: number): Promise<void> {
  await eventually(
    `${count} messages are ${state}`,
    async () => {
      await ledger.readToEnd();
      return ledger.index.count(state) === count;
    },
    60_000,
  );
}

export async function stateOf({ ledger }: Recovery, eventId: string): Promise<FailedState | undefined> {
  await ledger.readToEnd();
  return ledger.index.message(eventId)?.state;
}

/** What stands in the stream that replays are put into: what each leads to, and what is written beside it. */
export async function replayLinks({ store, group }: Recovery) {
  const links = [];
  for await (const { event } of eventsOf(store.client.readStream(streamOf.replay(group.name)))) {
    if (event === undefined) continue;
    const { id, type, metadata, data } = event;
    links.push({
      id,
      type,
      metadata,
      data: data instanceof Uint8Array ? Buffer.from(data).toString() : data,
    });
  }
  return links;
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
