// What happens to one delivered message, step by step.
import type { RecordedEvent } from '@eventstore/db-client';
import type { FailedOrigin } from '../../messages/failure-events.ts';
import { currentTraceId } from '../telemetry/spans.ts';
import { PermanentFailure } from './errors.ts';
import type { GroupLedger } from './group-ledger.ts';
import { type Attempt, entryOf, errorName, type HandleDeps, handleEvent, handlerOf } from './handle-event.ts';
import type { Handover } from './handover.ts';
import { batchOf, type Identified, identify, isRelease, type Received } from './identify.ts';
import type { Lanes } from './lanes.ts';
import {
  type HandlerFailure,
  type LedgerEntry,
  recordCleared,
  recordParked,
  recordRecovered,
  recordSuspected,
  type StreamEffect,
} from './ledger.ts';
import { catchUp, releaseStream } from './release-stream.ts';
import { ACK, type Settlement } from './settlement.ts';
import type { StreamOrder } from './stream-order.ts';
import type { SubscriptionGroup } from './subscription-group.ts';

export type ProcessDeps = HandleDeps & {
  readonly ledger: GroupLedger;
  readonly lanes: Lanes;
  readonly order: StreamOrder;
  readonly handover: Handover;
  /** Messages that this process was handling alone; where they come back it has survived them. */
  readonly survived: Set<string>;
};

/** A delivery, and how often it has come back without having been settled. */
export type Delivered = Received & { readonly retryCount: number };

const TOO_OFTEN = 5;

/** The store delivers a failed event again when it was written down but not parked any more. */
const PARKED_BEFORE: Settlement = { kind: 'park', reason: JSON.stringify({ error: 'parked-before' }) };

/**
 * 1. Find the event that the delivery is about, through any links.
 * 2. A replay: is it still wanted? One that was taken back, or whose message was discarded, is not handled.
 * 3. An event of an ordered group: does its stream flow? Behind a failed event it waits, and is acknowledged unhandled.
 *    What other instances may still have in hand in front of it is handled first.
 * 4. Nobody here handles its type: acknowledge.
 * 5. Run the handler; alone, if the message has come back so often that it may be what kills the process.
 * 6. Handled: write down that a replay recovered, let its stream go on, then acknowledge.
 * 7. Failed: write down what failed and why, and that its stream is blocked; then park.
 */
export async function processMessage(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  delivered: Delivered,
): Promise<Settlement> {
  const identified = await identify(deps.store, delivered);
  if (identified.original === undefined) return parkLost(deps, group, identified);

  const attempt = asAttempt(group, identified);
  const before =
    attempt.kind === 'replay'
      ? await replayGate(deps, group, identified)
      : group.order === 'by-stream'
        ? await streamGate(deps, group, attempt, delivered.retryCount > 0)
        : await freeGate(deps, attempt, delivered.retryCount > 0);
  if (before !== 'handle') return before;

  const handler = handlerOf(group, attempt.original);
  if (handler === undefined) {
    deps.order.handled(attempt.original);
    return ACK;
  }
  const run = () =>
    handleEvent(deps, group, handler, attempt, async (tried): Promise<Settlement> => {
      switch (tried.kind) {
        case 'handled':
          return recovered(deps, group, attempt);
        case 'failed':
          return park(deps, group, attempt, {
            handler: handler.name,
            tries: tried.tries,
            error: tried.error,
          });
        case 'left':
          return { kind: 'leave' };
        case 'outage':
          return tried;
      }
    });
  return delivered.retryCount < TOO_OFTEN ? run() : runAlone(deps, group, attempt, handler.name, run);
}

/** Whether a replay is still wanted. A discarded message is not handled, but its stream goes on. */
async function replayGate(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  { original, links }: Extract<Identified, { links: unknown }>,
): Promise<'handle' | Settlement> {
  await deps.ledger.readToEnd();
  const { state } = deps.ledger;
  const batch = batchOf(links);
  if (batch !== undefined && state.isCancelled(batch)) return ACK;
  if (!isRelease(links) && !state.isDiscarded(original.id)) return 'handle';
  const stream = original.streamId;
  return state.blockerOf(stream)?.over === true ? releaseStream(deps, group, stream) : ACK;
}

/** Whether the stream of an event flows. Behind a failed event the stream itself is the queue. */
async function streamGate(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  { original }: Attempt,
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

async function freeGate(
  deps: ProcessDeps,
  { original }: Attempt,
  returned: boolean,
): Promise<'handle' | Settlement> {
  if (returned) await deps.ledger.readToEnd();
  return settledBefore(deps, original) ?? 'handle';
}

/**
 * The store may deliver again what it had not noted as settled when it stopped. What was given up is then for a replay only,
 * and what a release has dealt with is done.
 */
function settledBefore({ ledger: { state } }: ProcessDeps, original: RecordedEvent): Settlement | undefined {
  if (state.isParked(original.id)) return PARKED_BEFORE;
  return state.isDiscarded(original.id) || state.isReleased(original) ? ACK : undefined;
}

async function recovered(deps: ProcessDeps, group: SubscriptionGroup, attempt: Attempt): Promise<Settlement> {
  if (attempt.kind === 'live') {
    deps.order.handled(attempt.original);
    return ACK;
  }
  await recordRecovered(deps.store, entryOf(group, attempt));
  if (group.order === 'free') return ACK;
  await deps.ledger.readToEnd();
  const { streamId, id } = attempt.original;
  return deps.ledger.state.blockerOf(streamId)?.eventId === id ? releaseStream(deps, group, streamId) : ACK;
}

/**
 * A message that has come back often is handled with nothing beside it, and the ledger is told before. If that is in the
 * ledger when it comes back once more, it is what kills the process.
 */
async function runAlone(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  attempt: Attempt,
  handler: string,
  run: () => Promise<Settlement>,
): Promise<Settlement> {
  const entry = entryOf(group, attempt);
  await deps.ledger.readToEnd();
  if (deps.ledger.state.isSuspected(entry.attemptId) && !deps.survived.has(entry.attemptId)) {
    const sentence =
      'The process died each time this message was handled, at last when it was handled alone.';
    const error = new PermanentFailure('kills-the-process', sentence);
    return park(deps, group, attempt, { handler, tries: 0, error });
  }
  return deps.lanes.alone(async () => {
    deps.survived.add(entry.attemptId);
    await recordSuspected(deps.store, entry);
    const settlement = await run();
    if (settlement.kind !== 'park') await recordCleared(deps.store, entry);
    deps.survived.delete(entry.attemptId);
    return settlement;
  });
}

async function park(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  attempt: Attempt,
  failure: HandlerFailure,
): Promise<Settlement> {
  const blocks = group.order === 'by-stream' && attempt.kind === 'live';
  const settlement = await writeParked(deps, entryOf(group, attempt), failure, blocks ? 'blocks' : 'none');
  if (blocks) await deps.ledger.readToEnd();
  return settlement;
}

async function parkLost(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  lost: { origin: FailedOrigin; attemptId: string; attempt: number; error: PermanentFailure },
): Promise<Settlement> {
  const { origin, attemptId, attempt, error } = lost;
  const entry = { group: group.declaration.name, origin, correlationId: undefined, attemptId, attempt };
  return writeParked(deps, entry, { handler: 'find-origin', tries: 0, error }, 'none');
}

async function writeParked(
  { store, logger }: HandleDeps,
  entry: LedgerEntry,
  failure: HandlerFailure,
  effect: StreamEffect,
): Promise<Settlement> {
  const { group, origin, attempt, attemptId } = entry;
  await recordParked(store, entry, failure, effect);
  const { handler, tries } = failure;
  const error = errorName(failure.error);
  logger.error(
    { group, handler, origin: origin.eventId, eventType: origin.type, attempt, tries, error },
    'a message was parked; the operators see why',
  );
  return { kind: 'park', reason: JSON.stringify({ error, attempt, attemptId, traceId: currentTraceId() }) };
}

function asAttempt(group: SubscriptionGroup, identified: Extract<Identified, { links: unknown }>): Attempt {
  const { original, kind, attemptId, attempt, edited } = identified;
  if (edited === undefined) return { original, kind, attemptId, attempt };
  return {
    original,
    kind,
    attemptId,
    attempt,
    edited: async () => validEdit(group, original.type, await edited()),
  };
}

function validEdit(group: SubscriptionGroup, eventType: string, data: unknown) {
  const handler = group.handlers.find((known) => known.eventType === eventType);
  if (handler === undefined) throw new PermanentFailure('no-handler', `Nobody here handles ${eventType}.`);
  return handler.edit(data);
}
