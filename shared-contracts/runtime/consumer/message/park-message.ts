import { count } from '../../telemetry/meters.ts';
import { metric } from '../../telemetry/metrics.ts';
import { ofGroup } from '../../telemetry/names.ts';
import { currentTraceId } from '../../telemetry/spans.ts';
import {
  type HandlerFailure,
  type LedgerSubject,
  recordParked,
  type StreamEffect,
} from '../ledger/write-ledger.ts';
import { errorName, type HandleDeps } from './handle-event.ts';
import type { ParkReason } from './park-reason.ts';

/**
 * Writes down that a message is given up, and tells whoever looks after the service.
 *
 * @returns why, for the entry that is parked next.
 */
export async function parkMessage(
  { store, logger }: HandleDeps,
  subject: LedgerSubject,
  failure: HandlerFailure,
  effect: StreamEffect,
): Promise<ParkReason> {
  const { group, origin, attempt, attemptId, correlationId } = subject;
  await recordParked(store, subject, failure, effect);
  count(metric.parked, ofGroup(group));
  const { handler, tries } = failure;
  const error = errorName(failure.error);
  logger.error(
    { group, handler, origin: origin.eventId, eventType: origin.type, attempt, tries, correlationId, error },
    'a message was parked; the operators see why',
  );
  return { error, attempt, attemptId, traceId: currentTraceId() };
}
