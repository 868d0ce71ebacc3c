import type { FailureEvent } from '../../messages/failure-events.ts';

/** The failed event that holds up its stream. `over` once it was recovered or discarded: its stream may go on. */
export type Blocker = { readonly revision: number; readonly eventId: string; readonly over: boolean };

const REMEMBERED = 10_000;

/**
 * What a consumer must know of the ledger of its group: which streams are blocked, what was discarded, which replays
 * were taken back, which messages are suspected to kill the process. Nothing about what is over is kept, but for the
 * newest releases and cancellations.
 */
export class LedgerState {
  readonly #blockers = new Map<string, Blocker>();
  readonly #released = new Map<string, number>();
  readonly #discarded = new Set<string>();
  readonly #cancelled = new Map<string, true>();
  readonly #suspected = new Set<string>();

  take(event: FailureEvent): void {
    switch (event.type) {
      case 'MessageParked':
        this.#suspected.delete(event.data.attemptId);
        return;
      case 'ReplayStarted':
        return;
      case 'ReplayRequested':
        this.#discarded.delete(event.data.origin.eventId);
        this.#mark(event.data.origin, false);
        return;
      case 'ReplayCancelled':
        remember(this.#cancelled, event.data.batch, true);
        return;
      case 'MessageRecovered':
        this.#discarded.delete(event.data.origin.eventId);
        this.#suspected.delete(event.data.attemptId);
        this.#mark(event.data.origin, true);
        return;
      case 'MessageDiscarded':
        this.#discarded.add(event.data.origin.eventId);
        this.#mark(event.data.origin, true);
        return;
      case 'StreamBlocked': {
        const { stream, revision, eventId } = event.data;
        this.#released.delete(stream);
        this.#blockers.set(stream, { revision, eventId, over: false });
        return;
      }
      case 'StreamReleased':
        this.#blockers.delete(event.data.stream);
        remember(this.#released, event.data.stream, event.data.revision);
        return;
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

  /** Up to which revision a stream was handled when it was last released; undefined where that is long ago or never. */
  releasedAt(stream: string): number | undefined {
    return this.#released.get(stream);
  }

  isDiscarded(eventId: string): boolean {
    return this.#discarded.has(eventId);
  }

  isCancelled(batch: string): boolean {
    return this.#cancelled.has(batch);
  }

  isSuspected(attemptId: string): boolean {
    return this.#suspected.has(attemptId);
  }

  #mark(origin: { readonly stream: string; readonly eventId: string }, over: boolean): void {
    const blocker = this.#blockers.get(origin.stream);
    if (blocker?.eventId === origin.eventId) this.#blockers.set(origin.stream, { ...blocker, over });
  }
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
