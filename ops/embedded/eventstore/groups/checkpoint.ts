import { type EventStore, newEvent } from '../core/event-store.ts';
import {
  checkpointStream,
  type GroupSettings,
  type GroupSource,
  groupKey,
  parsePositionText,
  positionText,
  sourceName,
} from './settings.ts';

const CHECKPOINT_TYPE = 'SubscriptionCheckpoint';

/** How far a group is: everything up to `position` needs no delivery any more. */
export type Progress = { readonly sequence: number; readonly position: number };

/**
 * Notes how far a group is in its checkpoint stream, not at every step: at once when `maxCheckpointCount` events have passed
 * since the last note, else after `checkpointAfter`, where at least `minCheckpointCount` have.
 */
export class Checkpoint {
  readonly #store: EventStore;
  readonly #stream: string;
  readonly #source: GroupSource;
  readonly #settings: GroupSettings;
  #noted: Progress;
  #notedAt: number;
  #latest: Progress;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    store: EventStore,
    source: GroupSource,
    group: string,
    settings: GroupSettings,
    noted: number | undefined,
  ) {
    this.#store = store;
    this.#stream = checkpointStream(groupKey(sourceName(source), group));
    this.#source = source;
    this.#settings = settings;
    this.#noted = { sequence: 0, position: noted ?? -1 };
    this.#latest = this.#noted;
    this.#notedAt = store.clock();
  }

  /** Position of the last note; -1 where there is none. */
  get position(): number {
    return this.#noted.position;
  }

  /** To be called when something was settled. */
  settled(progress: Progress): void {
    if (progress.sequence - this.#noted.sequence >= this.#settings.maxCheckpointCount) this.#note(progress);
  }

  /** To be called every second. */
  tick(progress: Progress): void {
    const after = this.#settings.checkpointAfterMs;
    if (after <= 0 || this.#store.clock() - this.#notedAt < after) return;
    const passed = progress.sequence - this.#noted.sequence;
    if (passed > 0 && passed >= this.#settings.minCheckpointCount) this.#note(progress);
  }

  /** Waits for a note that is being written, and writes no other: the group may be deleted, or begin anew from this one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
  }

  #note(progress: Progress): void {
    this.#latest = progress;
    if (this.#isClosed || this.#writing !== undefined || progress.position <= this.#noted.position) return;
    const data = Buffer.from(JSON.stringify(positionText(this.#source, progress.position)));
    this.#writing = this.#store
      .append(this.#stream, { kind: 'any' }, [newEvent(CHECKPOINT_TYPE, data)])
      .then(
        () => {
          this.#noted = progress;
          this.#notedAt = this.#store.clock();
        },
        // The store cannot write now; the next tick tries again.
        () => {},
      )
      .finally(() => {
        this.#writing = undefined;
        // What passed while this was being written may be due already.
        this.settled(this.#latest);
      });
  }
}

/** The position that a group has noted last; undefined where it has none. */
export function readCheckpoint(store: EventStore, key: string): number | undefined {
  const stream = checkpointStream(key);
  const view = store.streams.view(stream);
  if (view.kind !== 'present') return undefined;
  const record = store.streams.event(stream, view.last);
  if (record === undefined) return undefined;
  const parsed: unknown = JSON.parse(record.data.toString('utf8'));
  return typeof parsed === 'string' ? parsePositionText(parsed) : undefined;
}
