// The streams `replay-{group}`: what is put there, the group hears. Nothing may stand there twice.
import {
  BACKWARDS,
  END,
  type EventData,
  FORWARDS,
  NO_STREAM,
  type ReadStreamOptions,
  type RecordedEvent,
  START,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { isFailedOrigin } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { MessageEdited } from '../../../shared-contracts/messages/replay-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { recordedEvents } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';

const MOST_CONFLICTS = 50;
/** How far the clocks of the store's nodes may be apart, in milliseconds. */
const CLOCKS_APART_MS = 600_000;

/** The end of one replay stream, as far as it was read. */
export class ReplayStream {
  readonly #store: EventStore;
  readonly #stream: string;
  #last: bigint | undefined;

  constructor(store: EventStore, group: string) {
    this.#store = store;
    this.#stream = streamOf.replay(group);
  }

  /**
   * Which of these ids are not in the stream yet. Reads it backwards to the moment given, before which none of them can
   * have been written.
   */
  async missing(ids: Iterable<string>, since: Date): Promise<ReadonlySet<string>> {
    const missing = new Set(ids);
    this.#last = undefined;
    for await (const { id, revision, created } of this.#backwards()) {
      this.#last ??= revision;
      missing.delete(id);
      if (missing.size === 0 || isBefore(created, since)) break;
    }
    return missing;
  }

  /**
   * Appends at the end of the stream as it was last read. If others were faster, what they wrote is read first, and what
   * is there already is left out: also when two take up the same replay at once.
   */
  async append(events: readonly EventData[]): Promise<void> {
    let left = [...events];
    this.#last ??= await this.#readLast();
    for (let conflicts = 0; left.length > 0; conflicts += 1) {
      try {
        const expectedRevision = this.#last ?? NO_STREAM;
        const appended = await this.#store.client.appendToStream(this.#stream, left, { expectedRevision });
        this.#last = appended.nextExpectedRevision;
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedVersionError) || conflicts === MOST_CONFLICTS) throw error;
        const theirs = new Set<string>();
        for await (const { id, revision } of this.#behind(this.#last)) {
          theirs.add(id);
          this.#last = revision;
        }
        left = left.filter(({ id }) => !theirs.has(id));
      }
    }
  }

  /** The last event with other data for this message, not written before the moment given. */
  async lastEdit(eventId: string, since: Date): Promise<RecordedEvent | undefined> {
    for await (const event of this.#backwards()) {
      if (isBefore(event.created, since)) return undefined;
      if (event.type !== MessageEdited.type || event.data instanceof Uint8Array) continue;
      const origin: unknown = Reflect.get(Object(event.data), 'origin');
      if (isFailedOrigin(origin) && origin.eventId === eventId) return event;
    }
    return undefined;
  }

  async #readLast(): Promise<bigint | undefined> {
    for await (const { revision } of this.#backwards()) return revision;
    return undefined;
  }

  #backwards(): AsyncIterable<RecordedEvent> {
    return this.#read({ direction: BACKWARDS, fromRevision: END });
  }

  #behind(revision: bigint | undefined): AsyncIterable<RecordedEvent> {
    return this.#read({ direction: FORWARDS, fromRevision: revision === undefined ? START : revision + 1n });
  }

  #read(options: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return recordedEvents(this.#store.client, this.#stream, options);
  }
}

function isBefore(created: Date, since: Date): boolean {
  return created.getTime() < since.getTime() - CLOCKS_APART_MS;
}
