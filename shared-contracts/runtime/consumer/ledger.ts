import { hostname } from 'node:os';
import type { RecordedEvent } from '@eventstore/db-client';
import type { MessageOf } from '../../messages/define-message.ts';
import type { MessageParked, MessageRecovered } from '../../messages/failure-events.ts';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { deterministicId } from '../ids.ts';
import { codeOf } from '../outage.ts';
import { redact } from '../redact.ts';
import { currentTraceId } from '../telemetry/spans.ts';

/** A delivery that is being written down: which message, which attempt. */
export type LedgerEntry = {
  readonly group: string;
  readonly original: RecordedEvent;
  readonly attemptId: string;
  readonly attempt: number;
};

/** Writes `MessageParked` to the group's ledger. The same attempt written twice has the same id. */
export async function recordParked(
  store: EventStore,
  entry: LedgerEntry,
  failure: { handler: string; tries: number; error: unknown },
): Promise<void> {
  const error = failure.error instanceof Error ? failure.error : new Error(String(failure.error));
  const occurredAt = new Date().toISOString();
  const parked: MessageOf<typeof MessageParked> = {
    type: 'MessageParked',
    data: {
      group: entry.group,
      origin: originOf(entry.original),
      attemptId: entry.attemptId,
      attempt: entry.attempt,
      handler: failure.handler,
      tries: failure.tries,
      error: {
        name: error.name,
        code: codeOf(error) ?? null,
        message: redact(error.message),
        stack: redact(stackOf(error)),
      },
      correlationId: correlationOf(entry.original) ?? null,
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
    data: { group: entry.group, origin: originOf(entry.original), attemptId: entry.attemptId },
  };
  await append(store, entry, recovered, new Date().toISOString());
}

async function append(
  store: EventStore,
  { group, original, attemptId }: LedgerEntry,
  event: MessageOf<typeof MessageParked> | MessageOf<typeof MessageRecovered>,
  occurredAt: string,
): Promise<void> {
  const metadata = {
    $correlationId: correlationOf(original) ?? original.id,
    $causationId: original.id,
    actor: `system:${group}`,
    occurredAt,
  };
  const id = deterministicId(event.type, group, attemptId);
  await store.collect(streamOf.failures(group), [{ id, event, metadata }]);
}

function originOf({ streamId, revision, id, type }: RecordedEvent) {
  return { stream: streamId, revision: Number(revision), eventId: id, type };
}

function correlationOf({ metadata }: RecordedEvent): string | undefined {
  if (typeof metadata !== 'object' || !('$correlationId' in metadata)) return undefined;
  const correlationId: unknown = metadata.$correlationId;
  return typeof correlationId === 'string' ? correlationId : undefined;
}

/** The stack with those of its causes, which often say what really happened. */
function stackOf(error: Error): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${stack}\nCaused by: ${stackOf(error.cause)}` : stack;
}
