// Whether a delivery is to be handled at all: by what the ledger says of its message and of its stream.
import type { RecordedEvent } from '@eventstore/db-client';
import type { SubscriptionGroup } from '../subscription-group.ts';
import type { Handover } from './handover.ts';
import { batchOf, type Identified, isRelease } from './identify.ts';
import { parkReason } from './park-reason.ts';
import { catchUp, type ReleaseDeps, releaseStream } from './release-stream.ts';
import { ACK, type Settlement } from './settlement.ts';

export type GateDeps = ReleaseDeps & { readonly handover: Handover };

/** A delivery whose event was found. */
type Found = Extract<Identified, { links: unknown }>;

/** The store delivers a failed event again when it was written down but not parked any more. */
const PARKED_BEFORE: Settlement = { kind: 'park', reason: parkReason({ error: 'parked-before' }) };

/** @param returned whether the delivery was in other hands before, and was not settled there */
export async function passGate(
  deps: GateDeps,
  group: SubscriptionGroup,
  found: Found,
  returned: boolean,
): Promise<'handle' | Settlement> {
  if (found.kind === 'replay') return replayGate(deps, group, found);
  if (group.order === 'by-stream') return streamGate(deps, group, found.original, returned);
  if (returned) await deps.ledger.readToEnd();
  return settledBefore(deps, found.original) ?? 'handle';
}

/**
 * Whether a replay is still wanted. A discarded message is not handled, but its stream goes on. One whose outcome is in the
 * ledger is not handled again: its process may have died before it was settled, or the group may begin anew in a store that
 * was restored.
 */
async function replayGate(
  deps: GateDeps,
  group: SubscriptionGroup,
  { original, links }: Found,
): Promise<'handle' | Settlement> {
  await deps.ledger.readToEnd();
  const { state } = deps.ledger;
  const batch = batchOf(links);
  if (batch !== undefined && state.isCancelled(batch)) return ACK;
  if (!isRelease(links) && !state.isDiscarded(original.id)) {
    const [asked] = links;
    if (batch === undefined || asked === undefined || state.isQueued(asked.id)) return 'handle';
    if (state.isParked(original.id)) return PARKED_BEFORE;
  }
  const stream = original.streamId;
  return state.blockerOf(stream)?.over === true ? releaseStream(deps, group, stream) : ACK;
}

/** Whether the stream of an event flows. Behind a failed event the stream itself is the queue. */
async function streamGate(
  deps: GateDeps,
  group: SubscriptionGroup,
  original: RecordedEvent,
  returned: boolean,
): Promise<'handle' | Settlement> {
  const { ledger, order } = deps;
  const stream = original.streamId;
  const revision = Number(original.revision);
  // What comes back from another instance is handled, even behind its successors: that instance may not have.
  if (order.hasHandled(original) && !returned) return ACK;
  const follows = order.follows(original) && !returned;
  // Between what was heard and what is so, the stream may have been released: then nobody else would handle this.
  if (!follows || ledger.state.blockerOf(stream) !== undefined) await ledger.readToEnd();
  const blocker = ledger.state.blockerOf(stream);
  if (blocker !== undefined) {
    if (original.id === blocker.eventId && !blocker.over) return PARKED_BEFORE;
    if (revision <= blocker.revision || !blocker.over) return ACK;
    return releaseStream(deps, group, stream);
  }
  const settled = settledBefore(deps, original);
  if (settled !== undefined) return settled;
  const from = order.follows(original) ? undefined : await deps.handover.firstBefore(original, returned);
  if (from === undefined) return 'handle';
  return catchUp(deps, group, stream, from, revision - 1);
}

/**
 * The store may deliver again what it had not noted as settled when it stopped. What was given up is then for a replay only,
 * and what a release has dealt with is done.
 */
function settledBefore({ ledger: { state } }: GateDeps, original: RecordedEvent): Settlement | undefined {
  if (state.isParked(original.id)) return PARKED_BEFORE;
  return state.isDiscarded(original.id) || state.isReleased(original) ? ACK : undefined;
}
