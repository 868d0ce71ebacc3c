// For groups that take many events at once: what flows goes in batches, everything else one by one.
import type { PersistentSubscriptionToAllResolvedEvent, RecordedEvent } from '@eventstore/db-client';
import type { Span } from '@opentelemetry/api';
import { count, record, stopwatch } from '../../telemetry/meters.ts';
import { metric } from '../../telemetry/metrics.ts';
import { attribute, ofGroup } from '../../telemetry/names.ts';
import { errorType, inSpans, referenceTo } from '../../telemetry/spans.ts';
import type { Envelope } from '../envelope.ts';
import { handlerOf, processing, processSpan } from '../message/handle-event.ts';
import { isLive, orderKeyOf } from '../message/identify.ts';
import type { ProcessDeps } from '../message/process-message.ts';
import { withDeadline } from '../message/try-handler.ts';
import type { BatchHandling, SubscriptionGroup } from '../subscription-group.ts';

type Message = PersistentSubscriptionToAllResolvedEvent;
type Taken = { readonly message: Message; readonly event: RecordedEvent };

/** What a session does with a message on its own: all steps of one delivery, in the lane of its stream; or only the last. */
export type SettleOne = {
  readonly alone: (message: Message) => void;
  readonly acknowledge: (message: Message) => Promise<void>;
  /** Whether the session has ended; then nothing is begun any more. */
  readonly isOver: () => boolean;
};

const BATCH_LANE = 'batch';

/**
 * Gathers what is delivered while a batch is handled into the next one. Only events that follow on what this instance has
 * handled, of streams that flow, go into a batch; replays, first contacts and returned messages take all the steps. A
 * batch that fails is handled again one by one, which finds the event that it failed on.
 */
export class Batches {
  readonly #deps: ProcessDeps;
  readonly #group: SubscriptionGroup;
  readonly #batch: BatchHandling;
  readonly #settle: SettleOne;
  #waiting: Message[] = [];
  #running = false;

  constructor(deps: ProcessDeps, group: SubscriptionGroup, batch: BatchHandling, settle: SettleOne) {
    this.#deps = deps;
    this.#group = group;
    this.#batch = batch;
    this.#settle = settle;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#work());
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#settle.isOver()) {
      const taken = this.#take();
      if (taken.length > 0)
        await this.#deps.lanes.run(BATCH_LANE, () => this.#handle(taken)).catch(() => undefined);
    }
    this.#running = false;
  }

  /** Takes the next batch; what may not be in one goes its own way, once nothing of its stream is in front of it. */
  #take(): readonly Taken[] {
    const taken: Taken[] = [];
    const last = new Map<string, bigint>();
    const messages = this.#waiting.splice(0, this.#batch.size);
    for (const [index, message] of messages.entries()) {
      const stream = orderKeyOf(message);
      const event = this.#flowing(message, last.get(stream));
      if (event !== undefined) {
        taken.push({ message, event });
        last.set(stream, event.revision);
      } else if (last.has(stream)) {
        this.#waiting.unshift(...messages.slice(index));
        break;
      } else {
        this.#settle.alone(message);
      }
    }
    return taken;
  }

  #flowing(message: Message, before: bigint | undefined): RecordedEvent | undefined {
    const { event } = message;
    if (event === undefined || !isLive(message) || message.retryCount > 0) return undefined;
    const { store, lanes, ledger, order } = this.#deps;
    if (lanes.has(event.streamId) || ledger.state.blockerOf(event.streamId) !== undefined) return undefined;
    if (handlerOf(store, this.#group, event) === undefined) return undefined;
    const { state } = ledger;
    if (state.isParked(event.id) || state.isDiscarded(event.id) || state.isReleased(event)) return undefined;
    const follows =
      before === undefined
        ? order.follows(event) && !order.hasHandled(event)
        : before + 1n === event.revision;
    return follows ? event : undefined;
  }

  async #handle(taken: readonly Taken[]): Promise<void> {
    if (this.#deps.stopping.aborted || this.#settle.isOver()) return;
    const seconds = stopwatch();
    const spansOfEvents = taken.map(({ event }) => {
      const attempt = { original: event, kind: 'live', attemptId: event.id, attempt: 1 } as const;
      return processSpan(this.#group, attempt, handlerOf(this.#deps.store, this.#group, event));
    });
    const done = await inSpans(`process ${this.#group.declaration.name}`, spansOfEvents, async (spans) => {
      const envelopes = await this.#decode(taken, spans);
      await withDeadline(() => this.#batch.handle(envelopes), this.#group.deadlineMs);
    }).then(
      () => this.#countHandled(taken.length, seconds()),
      (error: unknown) => this.#countFailed(taken.length, error, seconds()),
    );
    if (!done) {
      for (const { message } of taken) this.#settle.alone(message);
      return;
    }
    for (const { event } of taken) this.#deps.order.handled(event);
    await Promise.all(taken.map(({ message }) => this.#settle.acknowledge(message)));
  }

  #countHandled(events: number, seconds: number): true {
    const { name } = this.#group.declaration;
    count(metric.processed, ofGroup(name), events);
    for (let each = 0; each < events; each += 1) record(metric.processDuration, processing(name), seconds);
    return true;
  }

  /** Nothing is given up yet: each is tried again by itself. */
  #countFailed(events: number, error: unknown, seconds: number): false {
    const { name } = this.#group.declaration;
    const type = { [attribute.errorType]: errorType(error) };
    count(metric.retried, { ...ofGroup(name), ...type }, events);
    record(metric.processDuration, { ...processing(name), ...type }, seconds);
    return false;
  }

  async #decode(taken: readonly Taken[], spans: readonly Span[]): Promise<readonly Envelope[]> {
    const { signal } = new AbortController();
    const group = this.#group.declaration.name;
    await this.#deps.store.codec.prepare(taken.map(({ event }) => event));
    return Promise.all(
      taken.map(async ({ event }, index) => ({
        ...(await this.#deps.store.codec.decode(event)),
        delivery: {
          group,
          kind: 'live' as const,
          attemptId: event.id,
          attempt: 1,
          signal,
          span: referenceTo(spans[index]),
        },
      })),
    );
  }
}
