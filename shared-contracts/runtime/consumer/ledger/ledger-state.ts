import type { RecordedEvent } from '@eventstore/db-client';
import type { MessageOf } from '../../../messages/define-message.ts';
import type { FailureEvent, MessageParked } from '../../../messages/failure-events.ts';
import type { SpanReference } from '../../telemetry/spans.ts';

/**
 * The failed event that holds up its stream. `over` once it was recovered or discarded: its stream may go on. From then on
 * nobody acknowledges an event of the stream as waiting, so whoever goes on with it finds all that waits; it stays over
 * even where an operator asks for one more replay.
 */
export type Blocker = { readonly revision: number; readonly eventId: string; readonly over: boolean };

const REMEMBERED = 10_000;

/**
 * What a consumer must know of the ledger of its group: which streams are blocked, what waits in the parked stream, what was
 * discarded, which replays were taken back and which are on their way, which messages are suspected to kill the process.
 * Nothing about what is over is kept, but for the newest releases and cancellations.
 */
export class LedgerState {
  readonly #blockers = new Map<string, Blocker>();
  readonly #released = new Map<string, number>();
  /** By event id, with the span of the last attempt where it was traced. */
  readonly #parked = new Map<string, SpanReference | undefined>();
  readonly #discarded = new Set<string>();
  readonly #cancelled = new Map<string, true>();
  /** Attempts that operators asked for and that have no outcome, with the request that each belongs to. */
  readonly #queued = new Map<string, string>();
  readonly #suspected = new Set<string>();

  take(event: FailureEvent): void {
    switch (event.type) {
      case 'MessageParked':
        this.#parked.set(event.data.origin.eventId, attemptIn(event.data));
        this.#queued.delete(event.data.attemptId);
        this.#suspected.delete(event.data.attemptId);
        return;
      case 'ReplayStarted':
      case 'PersonalDataShown':
        return;
      case 'ReplayRequested':
        this.#discarded.delete(event.data.origin.eventId);
        if (!this.#cancelled.has(event.data.batch)) this.#queued.set(event.data.replayId, event.data.batch);
        return;
      case 'ReplayCancelled':
        remember(this.#cancelled, event.data.batch, true);
        for (const [replayId, batch] of this.#queued)
          if (batch === event.data.batch) this.#queued.delete(replayId);
        return;
      case 'MessageRecovered':
        this.#parked.delete(event.data.origin.eventId);
        this.#discarded.delete(event.data.origin.eventId);
        this.#queued.delete(event.data.attemptId);
        this.#suspected.delete(event.data.attemptId);
        this.#isOver(event.data.origin);
        return;
      case 'MessageDiscarded':
        this.#parked.delete(event.data.origin.eventId);
        this.#discarded.add(event.data.origin.eventId);
        this.#isOver(event.data.origin);
        return;
      case 'StreamBlocked': {
        const { stream, revision, eventId } = event.data;
        if (this.#blockers.get(stream)?.eventId === eventId) return;
        this.#released.delete(stream);
        this.#blockers.set(stream, { revision, eventId, over: false });
        return;
      }
      case 'StreamReleased': {
        const { stream, revision, eventId } = event.data;
        // Another instance released it first, and the stream has come to its next blocker since.
        if (this.#blockers.get(stream)?.eventId !== eventId) return;
        this.#blockers.delete(stream);
        remember(this.#released, stream, revision);
        return;
      }
      case 'MessageSuspected':
        this.#suspected.add(event.data.attemptId);
        return;
      case 'SuspicionCleared':
        this.#suspected.delete(event.data.attemptId);
        return;
    }
  }

  blockerOf(stream: string): Blocker | undefined {
    return this.#blockers.get(stream);
  }

  /** Streams whose blocker is over but that have not been released: somebody was interrupted, or has not begun. */
  streamsToRelease(): readonly string[] {
    return [...this.#blockers].filter(([, { over }]) => over).map(([stream]) => stream);
  }

  get blockedStreams(): number {
    return this.#blockers.size;
  }

  /** Whether the last release of its stream dealt with an event; not known where that is long ago. */
  isReleased({ streamId, revision }: Pick<RecordedEvent, 'streamId' | 'revision'>): boolean {
    return Number(revision) <= (this.#released.get(streamId) ?? -1);
  }

  /** Whether an event was given up and has neither recovered nor been discarded: only a replay may handle it. */
  isParked(eventId: string): boolean {
    return this.#parked.has(eventId);
  }

  /** The span of the attempt that an event was given up in. */
  failedAttemptOf(eventId: string): SpanReference | undefined {
    return this.#parked.get(eventId);
  }

  isDiscarded(eventId: string): boolean {
    return this.#discarded.has(eventId);
  }

  isCancelled(batch: string): boolean {
    return this.#cancelled.has(batch);
  }

  /** Whether nobody has handled this attempt yet: it was asked for, and has neither failed nor worked. */
  isQueued(attemptId: string): boolean {
    return this.#queued.has(attemptId);
  }

  isSuspected(attemptId: string): boolean {
    return this.#suspected.has(attemptId);
  }

  #isOver(origin: { readonly stream: string; readonly eventId: string }): void {
    const blocker = this.#blockers.get(origin.stream);
    if (blocker?.eventId === origin.eventId) this.#blockers.set(origin.stream, { ...blocker, over: true });
  }
}

function attemptIn({ traceId, spanId }: MessageOf<typeof MessageParked>['data']): SpanReference | undefined {
  return traceId === null || spanId === null ? undefined : { traceId, spanId };
}

/** Keeps the newest entries only. */
function remember<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  entries.delete(key);
  entries.set(key, value);
  for (const [oldest] of entries) {
    if (entries.size <= REMEMBERED) return;
    entries.delete(oldest);
  }
}
