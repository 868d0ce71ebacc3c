// What a consumer writes into the ledger of its group. Each step may be written twice: it is the same entry.
import { hostname } from 'node:os';
import type { MessageOf } from '../../../messages/define-message.ts';
import type { FailedOrigin, FailureEvent, MessageParked } from '../../../messages/failure-events.ts';
import { streamOf } from '../../../messages/names.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { deterministicId } from '../../ids.ts';
import { codeOf } from '../../outage.ts';
import { redact } from '../../redact.ts';
import { currentSpan } from '../../telemetry/spans.ts';
import type { Blocker } from './ledger-state.ts';

/** What an entry is about: which message, and which attempt to handle it. */
export type LedgerSubject = {
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

/** What `MessageParked` means for the stream of the message: in an ordered group, later events wait from now on. */
export type StreamEffect = 'none' | 'blocks';

/** Writes `MessageParked` to the group's ledger, and in the same append what that means for its stream. */
export async function recordParked(
  store: EventStore,
  subject: LedgerSubject,
  failure: HandlerFailure,
  effect: StreamEffect,
): Promise<void> {
  const error = failure.error instanceof Error ? failure.error : new Error(String(failure.error));
  const { group, origin, attemptId } = subject;
  const occurredAt = new Date().toISOString();
  const span = currentSpan();
  const parked: MessageOf<typeof MessageParked> = {
    type: 'MessageParked',
    data: {
      group,
      origin,
      attemptId,
      attempt: subject.attempt,
      handler: failure.handler,
      tries: failure.tries,
      error: {
        name: error.name.slice(0, LONGEST.name),
        code: codeOf(error)?.slice(0, LONGEST.name) ?? null,
        message: redact(error.message.slice(0, LONGEST.message)),
        stack: redact(stackOf(error).slice(0, LONGEST.stack)),
      },
      correlationId: subject.correlationId ?? null,
      traceId: span?.traceId ?? null,
      spanId: span?.spanId ?? null,
      host: hostname(),
      occurredAt,
    },
  };
  const { stream, revision, eventId } = origin;
  const blocked: FailureEvent = { type: 'StreamBlocked', data: { group, stream, revision, eventId } };
  await write(store, subject, effect === 'blocks' ? [parked, blocked] : [parked], occurredAt);
}

/** Writes `MessageRecovered` to the group's ledger, after the effect and before the acknowledgement. */
export async function recordRecovered(store: EventStore, subject: LedgerSubject): Promise<void> {
  const { group, origin, attemptId } = subject;
  await write(store, subject, [{ type: 'MessageRecovered', data: { group, origin, attemptId } }]);
}

/** Writes that a message is about to be handled alone; if the process dies over it, the next one knows. */
export async function recordSuspected(store: EventStore, subject: LedgerSubject): Promise<void> {
  const { group, origin, attemptId } = subject;
  await write(store, subject, [{ type: 'MessageSuspected', data: { group, origin, attemptId } }]);
}

/** Writes that the process has survived a suspected message. */
export async function recordCleared(store: EventStore, subject: LedgerSubject): Promise<void> {
  const { group, origin, attemptId } = subject;
  await write(store, subject, [{ type: 'SuspicionCleared', data: { group, origin, attemptId } }]);
}

/** Writes that a stream was handled on up to this revision. */
export async function recordReleased(
  store: EventStore,
  group: string,
  stream: string,
  revision: number,
  blocker: Blocker,
): Promise<void> {
  const occurredAt = new Date().toISOString();
  const metadata = {
    $correlationId: blocker.eventId,
    $causationId: blocker.eventId,
    actor: `system:${group}`,
    occurredAt,
  };
  const { eventId } = blocker;
  const event: FailureEvent = { type: 'StreamReleased', data: { group, stream, revision, eventId } };
  const id = deterministicId(event.type, group, eventId, revision);
  await store.collect(streamOf.failures(group), [{ id, event, metadata }]);
}

/** Appends entries about one attempt. The same attempt written twice has the same ids. */
async function write(
  store: EventStore,
  { group, origin, correlationId, attemptId }: LedgerSubject,
  entries: readonly FailureEvent[],
  occurredAt = new Date().toISOString(),
): Promise<void> {
  const metadata = {
    $correlationId: correlationId ?? origin.eventId,
    $causationId: origin.eventId,
    actor: `system:${group}`,
    occurredAt,
  };
  const events = entries.map((event) => ({
    id: deterministicId(event.type, group, attemptId),
    event,
    metadata,
  }));
  await store.collect(streamOf.failures(group), events);
}

/** The stack with those of its causes, which often say what really happened. */
function stackOf(error: Error, causes = 0): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  if (!(error.cause instanceof Error) || causes === MOST_CAUSES) return stack;
  return `${stack}\nCaused by: ${stackOf(error.cause, causes + 1)}`;
}
