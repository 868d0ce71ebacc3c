// What happens to one delivered message, step by step.
import type { FailedOrigin } from '../../../messages/failure-events.ts';
import { count } from '../../telemetry/meters.ts';
import { metric } from '../../telemetry/metrics.ts';
import { ofGroup } from '../../telemetry/names.ts';
import { spanIn } from '../../telemetry/spans.ts';
import { PermanentFailure } from '../errors.ts';
import { type HandlerFailure, recordRecovered } from '../ledger/write-ledger.ts';
import type { SubscriptionGroup } from '../subscription-group.ts';
import { type GateDeps, passGate } from './gates.ts';
import { type Attempt, carrierOf, handleEvent, handlerOf, subjectOf } from './handle-event.ts';
import { type Identified, identify, originOf, type Received } from './identify.ts';
import { parkMessage } from './park-message.ts';
import { parkReason } from './park-reason.ts';
import { releaseStream } from './release-stream.ts';
import { type AloneDeps, runAlone, TOO_OFTEN } from './run-alone.ts';
import { ACK, type Settlement } from './settlement.ts';

export type ProcessDeps = GateDeps & AloneDeps;

/** A delivery, and how often it has come back without having been settled. */
export type Delivered = Received & { readonly retryCount: number };

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
  const giveUp = (tries: number, error: unknown) =>
    park(deps, group, attempt, { handler: handler.name, tries, error });
  const run = () =>
    handleEvent(deps, group, handler, attempt, async (tried): Promise<Settlement> => {
      switch (tried.kind) {
        case 'handled':
          return recovered(deps, group, attempt);
        case 'failed':
          return giveUp(tried.tries, tried.error);
        case 'left':
          return { kind: 'leave' };
        case 'outage':
          return tried;
      }
    });
  if (delivered.retryCount < TOO_OFTEN) return run();
  return runAlone(deps, subjectOf(group, attempt), run, (error) => giveUp(0, error));
}

async function recovered(deps: ProcessDeps, group: SubscriptionGroup, attempt: Attempt): Promise<Settlement> {
  if (attempt.kind === 'live') {
    deps.order.handled(attempt.original);
    return ACK;
  }
  await recordRecovered(deps.store, subjectOf(group, attempt));
  count(metric.recovered, ofGroup(group.declaration.name));
  if (group.order === 'free') return ACK;
  await deps.ledger.readToEnd();
  const { streamId, id } = attempt.original;
  return deps.ledger.state.blockerOf(streamId)?.eventId === id ? releaseStream(deps, group, streamId) : ACK;
}

async function park(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  attempt: Attempt,
  failure: HandlerFailure,
): Promise<Settlement> {
  const blocks = group.order === 'by-stream' && attempt.kind === 'live';
  const effect = blocks ? 'blocks' : 'none';
  const reason = await parkMessage(deps, subjectOf(group, attempt), failure, effect);
  if (blocks) await deps.ledger.readToEnd();
  return { kind: 'park', reason: parkReason(reason) };
}

async function parkLost(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  lost: { origin: FailedOrigin; attemptId: string; attempt: number; error: PermanentFailure },
): Promise<Settlement> {
  const { origin, attemptId, attempt, error } = lost;
  const subject = { group: group.declaration.name, origin, correlationId: undefined, attemptId, attempt };
  const reason = await parkMessage(deps, subject, { handler: 'find-origin', tries: 0, error }, 'none');
  return { kind: 'park', reason: parkReason(reason) };
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
