// One event, one handler: inside a span that continues the event's trace, with a deadline, tried again where it may help.
import type { RecordedEvent } from '@eventstore/db-client';
import type { Attributes } from '@opentelemetry/api';
import { NewerVersion } from '../../../messages/decode-message.ts';
import type { AnyMessage } from '../../../messages/define-message.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { codeOf } from '../../outage.ts';
import { redact } from '../../redact.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { count, record, stopwatch } from '../../telemetry/meters.ts';
import { metric } from '../../telemetry/metrics.ts';
import { attribute, messagingSystem, ofGroup, streamTemplate } from '../../telemetry/names.ts';
import {
  errorType,
  failSpan,
  inSpan,
  referenceTo,
  type SpanOptions,
  type SpanReference,
  type TraceCarrier,
} from '../../telemetry/spans.ts';
import type { LedgerSubject } from '../ledger/write-ledger.ts';
import type { Handler, SubscriptionGroup } from '../subscription-group.ts';
import { metadataField, originOf } from './identify.ts';
import { type Tried, tryHandler } from './try-handler.ts';

export type HandleDeps = {
  readonly store: EventStore;
  readonly logger: Logger;
  /** Aborts when the service stops. */
  readonly stopping: AbortSignal;
};

/** One attempt to handle an event. */
export type Attempt = {
  readonly original: RecordedEvent;
  readonly kind: 'live' | 'replay';
  readonly attemptId: string;
  readonly attempt: number;
  /** Data that an operator gave the event for this attempt. */
  readonly edited?: () => Promise<AnyMessage>;
  /** What a replay goes back to: the attempt that failed, and the request for the replay. */
  readonly led?: { readonly failed: SpanReference | undefined; readonly asked: SpanReference | undefined };
};

const BUDGET_MS = 30_000;
const PATIENCE_MS = 5000;

/**
 * The handler of an event; undefined where its type is known, and this group leaves it alone. An event of a type that only
 * a newer version knows is handled by nobody: decoding it fails, and so it is parked until this service is updated.
 */
export function handlerOf(
  { codec }: Pick<EventStore, 'codec'>,
  { handlers }: SubscriptionGroup,
  { type }: RecordedEvent,
): Handler | undefined {
  const handler = handlers.find(({ eventType }) => eventType === type);
  return handler !== undefined || codec.knows(type) ? handler : handlerOfUnknown(type);
}

function handlerOfUnknown(eventType: string): Handler {
  const refuse = () => {
    throw new NewerVersion(eventType, 'this type is not known here');
  };
  return { eventType, name: 'find-handler', handle: async () => refuse(), edit: refuse };
}

/** What the ledger's entries about an attempt are about. */
export function subjectOf(
  group: SubscriptionGroup,
  { original, attemptId, attempt }: Attempt,
): LedgerSubject {
  return {
    group: group.declaration.name,
    origin: originOf(original),
    correlationId: textIn(original, '$correlationId'),
    attemptId,
    attempt,
  };
}

/**
 * Runs the handler. What follows from the outcome (ledger entries, settling) is done by `then` inside the same span, so
 * that it is part of the trace.
 */
export async function handleEvent<Result>(
  deps: HandleDeps,
  group: SubscriptionGroup,
  handler: Handler,
  attempt: Attempt,
  then: (tried: Tried) => Promise<Result>,
): Promise<Result> {
  const { original, kind, attemptId } = attempt;
  const name = group.declaration.name;
  const seconds = stopwatch();
  return inSpan(`process ${name}`, processSpan(group, attempt, handler), async (span) => {
    const tried = await tryHandler(
      async (signal) => {
        const stored = await deps.store.codec.decode(original);
        span.setAttribute(attribute.correlationId, stored.metadata.$correlationId);
        // An edit is its origin's subject's, too: what is left of both is what the origin reads as.
        const edited = stored.erased ? undefined : attempt.edited;
        const event = edited === undefined ? stored.event : await edited();
        const delivery = {
          group: name,
          kind,
          attemptId,
          attempt: attempt.attempt,
          signal,
          span: referenceTo(span),
        };
        await handler.handle({ ...stored, event, delivery });
      },
      {
        deadlineMs: group.deadlineMs,
        budgetMs: group.budgetMs ?? BUDGET_MS,
        patienceMs: group.patienceMs ?? PATIENCE_MS,
        stopping: deps.stopping,
        onRetry: (error, tries) => {
          const type = { [attribute.errorType]: errorType(error) };
          span.addEvent('retry', { [attribute.tries]: tries, ...type, ...exceptionOf(error) });
          count(metric.retried, { ...ofGroup(name), ...type });
          deps.logger.warn(
            {
              group: name,
              handler: handler.name,
              origin: original.id,
              correlationId: textIn(original, '$correlationId'),
              tries,
              error: errorName(error),
            },
            'a handler failed and is tried again',
          );
        },
      },
    );
    if (tried.kind === 'failed' || tried.kind === 'outage') failSpan(span, tried.error);
    const result = await then(tried);
    countTried(name, tried, seconds());
    return result;
  });
}

/** A message that was left for another instance is told there. */
function countTried(group: string, tried: Tried, seconds: number): void {
  if (tried.kind === 'left') return;
  const error = tried.kind === 'handled' ? {} : { [attribute.errorType]: errorType(tried.error) };
  record(metric.processDuration, { ...processing(group), ...error }, seconds);
  if (tried.kind === 'handled') count(metric.processed, ofGroup(group));
  if (tried.kind === 'failed') count(metric.failed, { ...ofGroup(group), ...error });
}

/** What the figures of handling have in common. */
export function processing(group: string) {
  return {
    [attribute.messagingSystem]: messagingSystem.store,
    [attribute.messagingOperationName]: 'process',
    ...ofGroup(group),
  };
}

/** The span of one attempt: it continues the trace of the event. */
export function processSpan(
  group: SubscriptionGroup,
  { original, attempt, led }: Attempt,
  handler: Handler | undefined,
): SpanOptions {
  const links = [];
  if (led?.failed !== undefined) links.push({ to: led.failed, as: 'failed attempt' });
  if (led?.asked !== undefined) links.push({ to: led.asked, as: 'request' });
  return {
    kind: 'consumer',
    continues: carrierOf(original),
    links,
    // Without spreads, which would make each of the attributes three times as dear.
    attributes: {
      [attribute.messagingSystem]: messagingSystem.store,
      [attribute.messagingOperationName]: 'process',
      [attribute.messagingGroup]: group.declaration.name,
      [attribute.handler]: handler?.name,
      [attribute.messagingOperationType]: 'process',
      [attribute.messagingDestination]: original.streamId,
      [attribute.messagingDestinationTemplate]: streamTemplate(original.streamId),
      [attribute.messagingMessageId]: original.id,
      [attribute.eventType]: original.type,
      [attribute.revision]: Number(original.revision),
      [attribute.attempt]: attempt,
    },
  };
}

/** The error of a try, as the conventions name it; addresses are taken out. */
function exceptionOf(error: unknown): Attributes {
  if (!(error instanceof Error)) return {};
  return { 'exception.type': error.name, 'exception.message': redact(error.message) };
}

/** The short name of an error that logs and park reasons carry. */
export function errorName(error: unknown): string {
  return error instanceof Error ? (codeOf(error) ?? error.name) : 'unknown';
}

/** The trace context that an event carries. */
export function carrierOf(event: RecordedEvent): TraceCarrier {
  const traceparent = textIn(event, 'traceparent');
  const tracestate = textIn(event, 'tracestate');
  if (traceparent === undefined) return {};
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

function textIn(event: RecordedEvent, name: string): string | undefined {
  const value = metadataField(event, name);
  return typeof value === 'string' ? value : undefined;
}
