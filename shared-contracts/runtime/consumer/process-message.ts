// What happens to one delivered message, step by step.
import type { RecordedEvent } from '@eventstore/db-client';
import type { EventStore } from '../event-store/event-store.ts';
import { codeOf } from '../outage.ts';
import type { Logger } from '../telemetry/logger.ts';
import { attribute, messagingSystem, streamTemplate } from '../telemetry/names.ts';
import { currentTraceId, failSpan, inSpan, type TraceCarrier } from '../telemetry/spans.ts';
import { deliveredOf, type Identified, identify, type Received } from './identify.ts';
import { recordParked, recordRecovered } from './ledger.ts';
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
  const identified = await identify(deps.store, received).catch((error: unknown) => {
    const delivered = deliveredOf(received);
    return { original: delivered, kind: 'replay', attemptId: delivered.id, attempt: 2, error } as const;
  });
  if ('error' in identified) return park(deps, group, identified, 'find-origin', 0, identified.error);

  const handler = group.handlers.find(({ eventType }) => eventType === identified.original.type);
  if (handler === undefined) return { kind: 'ack' };

  const { original, kind, attemptId, attempt } = identified;
  const name = group.declaration.name;
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
          await recordRecovered(deps.store, { group: name, original, attemptId, attempt });
          span.setAttribute(attribute.outcome, 'recovered');
        }
        return { kind: 'ack' };
      case 'left':
        return { kind: 'leave' };
      case 'failed':
        failSpan(span, tried.error);
        return park(deps, group, identified, handler.name, tried.tries, tried.error);
    }
  });
}

async function park(
  { store, logger }: ProcessDeps,
  group: SubscriptionGroup,
  { original, attemptId, attempt }: Identified,
  handler: string,
  tries: number,
  error: unknown,
): Promise<Settlement> {
  const name = group.declaration.name;
  await recordParked(store, { group: name, original, attemptId, attempt }, { handler, tries, error });
  const code = errorName(error);
  logger.error(
    { group: name, handler, origin: original.id, eventType: original.type, attempt, tries, error: code },
    'a message was parked; the operators see why',
  );
  return {
    kind: 'park',
    reason: JSON.stringify({ error: code, attempt, attemptId, traceId: currentTraceId() }),
  };
}

function errorName(error: unknown): string {
  return error instanceof Error ? (codeOf(error) ?? error.name) : 'unknown';
}

function carrierOf({ metadata }: RecordedEvent): TraceCarrier {
  const carrier: TraceCarrier = {};
  if (typeof metadata !== 'object') return carrier;
  if ('traceparent' in metadata && typeof metadata.traceparent === 'string') {
    carrier.traceparent = metadata.traceparent;
  }
  if ('tracestate' in metadata && typeof metadata.tracestate === 'string') {
    carrier.tracestate = metadata.tracestate;
  }
  return carrier;
}
