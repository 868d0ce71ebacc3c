// A blocked stream goes on: what waits behind a failed event that is over is read from the stream and handled in its order.
import type { RecordedEvent } from '@eventstore/db-client';
import { streamOf } from '../../../messages/names.ts';
import { linkTo } from '../../event-store/links.ts';
import { recordedEvents } from '../../event-store/recorded-events.ts';
import { deterministicId } from '../../ids.ts';
import type { GroupLedger } from '../ledger/group-ledger.ts';
import { recordReleased } from '../ledger/write-ledger.ts';
import type { SubscriptionGroup } from '../subscription-group.ts';
import { type HandleDeps, handleEvent, handlerOf, subjectOf } from './handle-event.ts';
import { originOf } from './identify.ts';
import { parkMessage } from './park-message.ts';
import { type ParkReason, parkReason, storedReason } from './park-reason.ts';
import { ACK, type Settlement } from './settlement.ts';
import type { StreamOrder } from './stream-order.ts';

export type ReleaseDeps = HandleDeps & { readonly ledger: GroupLedger; readonly order: StreamOrder };

/**
 * Handles a stream on from behind its blocker to its end, and says so in the ledger. An event that fails on the way is the
 * next blocker. All that was acknowledged as waiting is found: nobody does that any more once the ledger says that the
 * blocker is over, which it does before the stream is read here. Who gets an event after that comes here as well.
 *
 * Everything here may be done twice, or by two instances at once: whoever comes first to an event makes its effect, and
 * nobody comes to an event before the one in front of it.
 *
 * @returns `ack` when the stream flows or is blocked anew; otherwise it was interrupted and must be taken up again.
 */
export async function releaseStream(
  deps: ReleaseDeps,
  group: SubscriptionGroup,
  stream: string,
): Promise<Settlement> {
  const blocker = deps.ledger.state.blockerOf(stream);
  // Whoever waited for the lane of the stream may come when it has been handled on to its next blocker.
  if (blocker?.over !== true) return ACK;
  const done = await handleOn(deps, group, stream, blocker.revision + 1, undefined);
  if (done.kind !== 'end') return done.settlement;
  await recordReleased(deps.store, group.declaration.name, stream, done.revision, blocker);
  await deps.ledger.readToEnd();
  return ACK;
}

/**
 * Handles what lies in front of a delivered event and may still be in other hands.
 *
 * @returns `handle` when the way to the event is free; `ack` when one in front of it blocks the stream now.
 */
export async function catchUp(
  deps: ReleaseDeps,
  group: SubscriptionGroup,
  stream: string,
  from: number,
  to: number,
): Promise<'handle' | Settlement> {
  const done = await handleOn(deps, group, stream, from, to);
  return done.kind === 'end' ? 'handle' : done.settlement;
}

type HandledOn =
  /** Up to this revision everything was handled. */
  | { readonly kind: 'end'; readonly revision: number }
  | { readonly kind: 'blocked' | 'interrupted'; readonly settlement: Settlement };

async function handleOn(
  deps: ReleaseDeps,
  group: SubscriptionGroup,
  stream: string,
  from: number,
  to: number | undefined,
): Promise<HandledOn> {
  let revision = from - 1;
  const range = { fromRevision: BigInt(from), ...(to === undefined ? {} : { maxCount: to - from + 1 }) };
  for await (const event of recordedEvents(deps.store.client, stream, range, 'none')) {
    if (deps.stopping.aborted) return { kind: 'interrupted', settlement: { kind: 'leave' } };
    const settlement = await handleWaiting(deps, group, event);
    if (settlement.kind === 'park') return { kind: 'blocked', settlement: ACK };
    if (settlement.kind !== 'ack') return { kind: 'interrupted', settlement };
    deps.order.handled(event);
    revision = Number(event.revision);
  }
  return { kind: 'end', revision };
}

async function handleWaiting(
  deps: ReleaseDeps,
  group: SubscriptionGroup,
  original: RecordedEvent,
): Promise<Settlement> {
  const handler = handlerOf(deps.store, group, original);
  const { state } = deps.ledger;
  if (handler === undefined) await group.passOver?.(originOf(original));
  if (handler === undefined || state.isDiscarded(original.id) || state.isReleased(original)) return ACK;
  const attempt = { original, kind: 'live', attemptId: original.id, attempt: 1 } as const;
  return handleEvent(deps, group, handler, attempt, async (tried): Promise<Settlement> => {
    switch (tried.kind) {
      case 'handled':
        return ACK;
      case 'left':
        return { kind: 'leave' };
      case 'outage':
        return tried;
      case 'failed': {
        const { error, tries } = tried;
        const failure = { handler: handler.name, tries, error };
        const reason = await parkMessage(deps, subjectOf(group, attempt), failure, 'blocks');
        await parkByHand(deps, group, original, reason);
        await deps.ledger.readToEnd();
        return { kind: 'park', reason: parkReason(reason) };
      }
    }
  });
}

/**
 * The event was acknowledged when it began to wait, so the store cannot park it any more: the entry is written as the
 * store itself would write it.
 */
async function parkByHand(
  { store }: HandleDeps,
  group: SubscriptionGroup,
  { id, streamId, revision }: RecordedEvent,
  reason: ParkReason,
): Promise<void> {
  const { name } = group.declaration;
  const entry = linkTo({ stream: streamId, revision }, deterministicId('parked-by-hand', name, id), {
    added: new Date().toISOString(),
    reason: storedReason(reason),
  });
  await store.client.appendToStream(streamOf.parked(name), [entry]);
}
