// What happens to one delivered message, step by step.
import type { RecordedEvent } from '@eventstore/db-client';
import type { EventStore } from '../event-store/event-store.ts';
import { codeOf } from '../outage.ts';
import type { Logger } from '../telemetry/logger.ts';
import { attribute, messagingSystem, streamTemplate } from '../telemetry/names.ts';
import { currentTraceId, failSpan, inSpan, type TraceCarrier } from '../telemetry/spans.ts';
import { identify, metadataField, originOf, type Received } from './identify.ts';
import { type HandlerFailure, type LedgerEntry, recordParked, recordRecovered } from './ledger.ts';
import type { SubscriptionGroup } from './subscription-group.ts';
import { tryHandler } from './try-handler.ts';

export type ProcessDeps = {
  readonly store: EventStore;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
};

/** How a delivery is to be settled. `leave`: not at all, another consumer will get it. */
export type Settlement =
  | { readonly kind: 'ack' }
  | { readonly kind: 'park'; readonly reason: string }
  | { readonly kind: 'leave' };

const BUDGET_MS = 30_000;

/**
 * 1. Find the event that the delivery is about, through any links.
 * 2. Nobody here handles its type: acknowledge.
 * 3. Decode it by its contract, and run the handler, with a deadline, retrying what may pass.
 * 4. Handled: write down that a replay recovered, then acknowledge.
 * 5. Failed: write down what failed and why, then park.
 */
export async function processMessage(
  deps: ProcessDeps,
  group: SubscriptionGroup,
  received: Received,
): Promise<Settlement> {
  const name = group.declaration.name;
  const identified = await identify(deps.store, received);
  const { original, kind, attemptId, attempt } = identified;
  if (original === undefined) {
    const { origin, error } = identified;
    const entry = { group: name, origin, correlationId: undefined, attemptId, attempt };
    return park(deps, entry, { handler: 'find-origin', tries: 0, error });
  }

  const handler = group.handlers.find(({ eventType }) => eventType === original.type);
  if (handler === undefined) return { kind: 'ack' };

  const entry = {
    group: name,
    origin: originOf(original),
    correlationId: textIn(original, '$correlationId'),
    attemptId,
    attempt,
  };
  const spanOptions = {
    kind: 'consumer',
    continues: carrierOf(original),
    attributes: {
      [attribute.messagingSystem]: messagingSystem.store,
      [attribute.messagingOperationName]: 'process',
      [attribute.messagingOperationType]: 'process',
      [attribute.messagingDestination]: original.streamId,
      [attribute.messagingDestinationTemplate]: streamTemplate(original.streamId),
      [attribute.messagingGroup]: name,
      [attribute.messagingMessageId]: original.id,
      [attribute.eventType]: original.type,
      [attribute.revision]: Number(original.revision),
      [attribute.attempt]: attempt,
    },
  } as const;
  return inSpan(`process ${name}`, spanOptions, async (span) => {
    const tried = await tryHandler(
      async (signal) => {
        const stored = await deps.store.codec.decode(original);
        span.setAttribute(attribute.correlationId, stored.metadata.$correlationId);
        await handler.handle({ ...stored, delivery: { group: name, kind, attemptId, attempt, signal } });
      },
      {
        deadlineMs: group.deadlineMs,
        budgetMs: BUDGET_MS,
        stopping: deps.stopping,
        onRetry: (error, tries) => {
          span.addEvent('retry', { [attribute.tries]: tries, [attribute.errorType]: errorName(error) });
          deps.logger.warn(
            { group: name, handler: handler.name, origin: original.id, tries, error: errorName(error) },
            'a handler failed and is tried again',
          );
        },
      },
    );
    switch (tried.kind) {
      case 'handled':
        if (kind === 'replay') {
          await recordRecovered(deps.store, entry);
          span.setAttribute(attribute.outcome, 'recovered');
        }
        return { kind: 'ack' };
      case 'left':
        return { kind: 'leave' };
      case 'failed':
        failSpan(span, tried.error);
        return park(deps, entry, { handler: handler.name, tries: tried.tries, error: tried.error });
    }
  });
}

async function park(
  { store, logger }: ProcessDeps,
  entry: LedgerEntry,
  failure: HandlerFailure,
): Promise<Settlement> {
  const { group, origin, attempt, attemptId } = entry;
  await recordParked(store, entry, failure);
  const { handler, tries } = failure;
  const error = errorName(failure.error);
  logger.error(
    { group, handler, origin: origin.eventId, eventType: origin.type, attempt, tries, error },
    'a message was parked; the operators see why',
  );
  return { kind: 'park', reason: JSON.stringify({ error, attempt, attemptId, traceId: currentTraceId() }) };
}

function errorName(error: unknown): string {
  return error instanceof Error ? (codeOf(error) ?? error.name) : 'unknown';
}

function carrierOf(event: RecordedEvent): TraceCarrier {
  const traceparent = textIn(event, 'traceparent');
  const tracestate = textIn(event, 'tracestate');
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}

function textIn(event: RecordedEvent, name: string): string | undefined {
  const value = metadataField(event, name);
  return typeof value === 'string' ? value : undefined;
}
