// What happens to one delivered message, step by step.
import type { FailedOrigin } from '../../messages/failure-events.ts';
import { count } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import { ofGroup } from '../telemetry/names.ts';
import { currentTraceId, spanIn } from '../telemetry/spans.ts';
import { PermanentFailure } from './errors.ts';
import { type GateDeps, passGate } from './gates.ts';
import {
  type Attempt,
  carrierOf,
  entryOf,
  errorName,
  type HandleDeps,
  handleEvent,
  handlerOf,
} from './handle-event.ts';
import { type Identified, identify, originOf, type Received } from './identify.ts';
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
import { parkReason } from './park-reason.ts';
import { releaseStream } from './release-stream.ts';
import { ACK, type Settlement } from './settlement.ts';
import type { SubscriptionGroup } from './subscription-group.ts';

export type ProcessDeps = GateDeps & {
  readonly lanes: Lanes;
  /** Messages that this process was handling alone; where they come back it has survived them. */
  readonly survived: Set<string>;
};

/** A delivery, and how often it has come back without having been settled. */
export type Delivered = Received & { readonly retryCount: number };

const TOO_OFTEN = 5;

/**
 * 1. Find the event that the delivery is about, through any links.
 * 2. A replay: is it still wanted? One that was taken back, or whose message was discarded, is not handled.
 * 3. An event of an ordered group: does its stream flow? Behind a failed event it waits, and is acknowledged unhandled.
 *    What other instances may still have in hand in front of it is handled first. What was given up is for replays only.
 * 4. This group leaves its type alone: pass it over, which settles a replay as well.
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

  const before = await passGate(deps, group, identified, delivered.retryCount > 0);
  if (before !== 'handle') return before;
  const attempt = asAttempt(deps, group, identified);

  const handler = handlerOf(deps.store, group, attempt.original);
  if (handler === undefined) {
    await group.passOver?.(originOf(attempt.original));
    return recovered(deps, group, attempt);
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

async function recovered(deps: ProcessDeps, group: SubscriptionGroup, attempt: Attempt): Promise<Settlement> {
  if (attempt.kind === 'live') {
    deps.order.handled(attempt.original);
    return ACK;
  }
  await recordRecovered(deps.store, entryOf(group, attempt));
  count(metric.recovered, ofGroup(group.declaration.name));
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
  const { group, origin, attempt, attemptId, correlationId } = entry;
  await recordParked(store, entry, failure, effect);
  count(metric.parked, ofGroup(group));
  const { handler, tries } = failure;
  const error = errorName(failure.error);
  logger.error(
    { group, handler, origin: origin.eventId, eventType: origin.type, attempt, tries, correlationId, error },
    'a message was parked; the operators see why',
  );
  return { kind: 'park', reason: parkReason({ error, attempt, attemptId, traceId: currentTraceId() }) };
}

/** The ledger was read to its end, for a replay: it knows which attempt failed. */
function asAttempt(
  { ledger }: ProcessDeps,
  group: SubscriptionGroup,
  identified: Extract<Identified, { links: unknown }>,
): Attempt {
  const { original, kind, attemptId, attempt, edited, links } = identified;
  const plain = { original, kind, attemptId, attempt };
  if (kind === 'live') return plain;
  const [link] = links;
  const asked = link === undefined ? undefined : spanIn(carrierOf(link));
  const led = { failed: ledger.state.failedAttemptOf(original.id), asked };
  if (edited === undefined) return { ...plain, led };
  return {
    ...plain,
    led,
    edited: async () => validEdit(group, original.type, await edited()),
  };
}

function validEdit(group: SubscriptionGroup, eventType: string, data: unknown) {
  const handler = group.handlers.find((known) => known.eventType === eventType);
  if (handler === undefined) throw new PermanentFailure('no-handler', `Nobody here handles ${eventType}.`);
  return handler.edit(data);
}
