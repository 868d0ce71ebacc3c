import type { AllForwards } from '../core/all-reader.ts';
import type { EventStore } from '../core/event-store.ts';
import { filterPredicate, type Predicate } from '../core/filter.ts';
import type { ReadableEvent } from '../streams/event-frames.ts';
import { readable } from '../streams/send-events.ts';
import { detached } from './message.ts';
import type { GroupSource } from './settings.ts';

/** One event that was looked at. */
type Looked = {
  /** Revision in the stream, or position in `$all`. */
  readonly position: number;
  /** Undefined where the filter does not want it. */
  readonly event: ReadableEvent | undefined;
};

/** Reads what a group listens to, from its start onwards, and goes on when there is more. */
export type SourceReader = {
  /** The next events, in order; an empty page when there is nothing more now. */
  page(limit: number): readonly Looked[];
  /** Was there nothing more at the last look? */
  readonly atEnd: boolean;
};

export function createSourceReader(
  store: EventStore,
  source: GroupSource,
  from: number,
  resolveLinks: boolean,
): SourceReader {
  return source.kind === 'all'
    ? new AllSource(store, source, from, resolveLinks)
    : new StreamSource(store, source.stream, from, resolveLinks);
}

class StreamSource implements SourceReader {
  readonly #store: EventStore;
  readonly #stream: string;
  readonly #resolveLinks: boolean;
  #next: number;
  atEnd = false;

  constructor(store: EventStore, stream: string, from: number, resolveLinks: boolean) {
    this.#store = store;
    this.#stream = stream;
    this.#next = from;
    this.#resolveLinks = resolveLinks;
  }

  page(limit: number): readonly Looked[] {
    const { streams } = this.#store;
    const view = streams.view(this.#stream);
    if (view.kind !== 'present') {
      this.atEnd = true;
      return [];
    }
    const page = streams.forwards(this.#stream, view, this.#next, limit);
    this.atEnd = page.next === undefined;
    this.#next = page.next ?? Math.max(this.#next, view.last + 1);
    return page.records.map((record) => ({
      position: record.revision,
      event: detached(readable(streams, record, this.#resolveLinks)),
    }));
  }
}

class AllSource implements SourceReader {
  readonly #store: EventStore;
  readonly #pages: AllForwards;
  readonly #matches: Predicate;
  readonly #resolveLinks: boolean;
  atEnd = false;

  constructor(store: EventStore, source: GroupSource & { kind: 'all' }, from: number, resolveLinks: boolean) {
    this.#store = store;
    this.#pages = store.allForwards(from);
    this.#resolveLinks = resolveLinks;
    this.#matches = filterPredicate(source.filter);
  }

  page(): readonly Looked[] {
    const page = this.#pages.page();
    this.atEnd = page.end;
    return page.records.map((record) => ({
      position: record.position,
      event: this.#matches(record)
        ? detached(readable(this.#store.streams, record, this.#resolveLinks))
        : undefined,
    }));
  }
}
