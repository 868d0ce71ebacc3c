import { hostname } from 'node:os';
import type { MessageOf } from '../../messages/define-message.ts';
import type { FailedOrigin, MessageParked, MessageRecovered } from '../../messages/failure-events.ts';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { deterministicId } from '../ids.ts';
import { codeOf } from '../outage.ts';
import { redact } from '../redact.ts';
import { currentTraceId } from '../telemetry/spans.ts';

/** A delivery that is being written down: which message, which attempt. */
export type LedgerEntry = {
  readonly group: string;
  readonly origin: FailedOrigin;
  readonly correlationId: string | undefined;
  readonly attemptId: string;
  readonly attempt: number;
};

/** Why a delivery was given up: by which handler, after how many tries. */
export type HandlerFailure = { readonly handler: string; readonly tries: number; readonly error: unknown };

/** Texts of others can be of any length; the ledger keeps what people read, in characters. */
const LONGEST = { name: 200, message: 4000, stack: 20_000 } as const;
const MOST_CAUSES = 5;

/** Writes `MessageParked` to the group's ledger. The same attempt written twice has the same id. */
export async function recordParked(
  store: EventStore,
  entry: LedgerEntry,
  failure: HandlerFailure,
): Promise<void> {
  const error = failure.error instanceof Error ? failure.error : new Error(String(failure.error));
  const occurredAt = new Date().toISOString();
  const parked: MessageOf<typeof MessageParked> = {
    type: 'MessageParked',
    data: {
      group: entry.group,
      origin: entry.origin,
      attemptId: entry.attemptId,
      attempt: entry.attempt,
      handler: failure.handler,
      tries: failure.tries,
      error: {
        name: error.name.slice(0, LONGEST.name),
        code: codeOf(error)?.slice(0, LONGEST.name) ?? null,
        message: redact(error.message.slice(0, LONGEST.message)),
        stack: redact(stackOf(error).slice(0, LONGEST.stack)),
      },
      correlationId: entry.correlationId ?? null,
      traceId: currentTraceId(),
      host: hostname(),
      occurredAt,
    },
  };
  await append(store, entry, parked, occurredAt);
}

/** Writes `MessageRecovered` to the group's ledger, after the effect and before the acknowledgement. */
export async function recordRecovered(store: EventStore, entry: LedgerEntry): Promise<void> {
  const recovered: MessageOf<typeof MessageRecovered> = {
    type: 'MessageRecovered',
    data: { group: entry.group, origin: entry.origin, attemptId: entry.attemptId },
  };
  await append(store, entry, recovered, new Date().toISOString());
}

async function append(
  store: EventStore,
  { group, origin, correlationId, attemptId }: LedgerEntry,
  event: MessageOf<typeof MessageParked> | MessageOf<typeof MessageRecovered>,
  occurredAt: string,
): Promise<void> {
  const metadata = {
    $correlationId: correlationId ?? origin.eventId,
    $causationId: origin.eventId,
    actor: `system:${group}`,
    occurredAt,
  };
  const id = deterministicId(event.type, group, attemptId);
  await store.collect(streamOf.failures(group), [{ id, event, metadata }]);
}

/** The stack with those of its causes, which often say what really happened. */
function stackOf(error: Error, causes = 0): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  if (!(error.cause instanceof Error) || causes === MOST_CAUSES) return stack;
  return `${stack}\nCaused by: ${stackOf(error.cause, causes + 1)}`;
}
