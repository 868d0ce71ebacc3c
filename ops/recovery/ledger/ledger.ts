// The ledger of one group as it is read from the store.
import type { RecordedEvent } from '@eventstore/db-client';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { decodeLedgerEntry } from '../../../shared-contracts/runtime/consumer/ledger/group-ledger.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { recordedEvents } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import { sharedRead } from '../../../shared-contracts/runtime/event-store/shared-read.ts';
import { valuesOf } from './event-values.ts';
import type { LedgerEntry } from './failed-message.ts';
import { type FailureFact, FailureFacts, subjectOf } from './failure-facts.ts';
import { LedgerIndex } from './ledger-index.ts';

/** An entry with its time: by the clock of who wrote it, and by that of the store. */
export type DatedEntry = LedgerEntry & { readonly occurredAt: string; readonly writtenAt: Date };

/** Entries that are read in one go: between two that are wanted there may be others. */
const WINDOW = 250;
const READ_AT_ONCE = 16;

/** What one process knows of the stream `failures-{group}`: an index of its messages, and the entries themselves when asked. */
export class Ledger {
  readonly index = new LedgerIndex();
  readonly facts = new FailureFacts(this.index);
  /** Resolves when everything that was in the ledger at the time of the call is in the index. */
  readonly readToEnd = sharedRead(() => this.#readTail());
  readonly #store: EventStore;
  readonly #stream: string;

  constructor(store: EventStore, group: string) {
    this.#store = store;
    this.#stream = streamOf.failures(group);
  }

  /**
   * Adds an event of the ledger to the index, unless it is in there. Whoever reads the ledger in its order may call this,
   * also several at once.
   *
   * @returns whether a message was resolved by it.
   */
  async take(recorded: RecordedEvent): Promise<boolean> {
    const revision = Number(recorded.revision);
    if (revision <= this.index.head) return false;
    const entry = await this.#decode(recorded);
    if (revision <= this.index.head) return false;
    if (entry === undefined) {
      this.index.skip(revision);
      return false;
    }
    const resolved = this.index.add(entry);
    this.facts.add(entry, resolved);
    return resolved;
  }

  /** The entries at these revisions, which must be in ascending order. */
  async *entriesAt(revisions: Iterable<number>): AsyncGenerator<DatedEntry, void, undefined> {
    let window: number[] = [];
    for (const revision of revisions) {
      const [first = revision] = window;
      if (revision - first >= WINDOW) {
        yield* this.#readWindow(window);
        window = [];
      }
      window.push(revision);
    }
    yield* this.#readWindow(window);
  }

  /** Reads the values of the events of these messages, for the search, where they are not known yet. */
  async readValues(facts: Iterable<FailureFact>, stop?: AbortSignal): Promise<void> {
    const unread = facts[Symbol.iterator]();
    const readNext = async () => {
      for (let next = unread.next(); next.done !== true; next = unread.next()) {
        if (stop?.aborted === true) return;
        const fact = next.value;
        if (fact.values === undefined) this.facts.setValues(fact, await valuesOf(this.#store, fact));
      }
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, readNext));
  }

  /** Every entry about one message, in their order. For what was resolved long ago it reads the whole ledger. */
  async *historyOf(eventId: string): AsyncGenerator<DatedEntry, void, undefined> {
    const revisions = this.facts.historyOf(eventId);
    if (revisions !== undefined) return yield* this.entriesAt(revisions);
    for await (const recorded of this.#read(0)) {
      const entry = await this.#decode(recorded);
      if (entry !== undefined && subjectOf(entry.event) === eventId) yield entry;
    }
  }

  async *#readWindow(revisions: readonly number[]): AsyncGenerator<DatedEntry, void, undefined> {
    const [first] = revisions;
    const last = revisions.at(-1);
    if (first === undefined || last === undefined) return;
    const wanted = new Set(revisions);
    for await (const recorded of this.#read(first, last - first + 1)) {
      if (!wanted.has(Number(recorded.revision))) continue;
      const entry = await this.#decode(recorded);
      if (entry !== undefined) yield entry;
    }
  }

  async #readTail(): Promise<void> {
    for await (const recorded of this.#read(this.index.head + 1)) await this.take(recorded);
  }

  #read(from: number, limit?: number): AsyncIterable<RecordedEvent> {
    const there = { fromRevision: BigInt(from), ...(limit === undefined ? {} : { maxCount: limit }) };
    return recordedEvents(this.#store.client, this.#stream, there);
  }

  async #decode(recorded: RecordedEvent): Promise<DatedEntry | undefined> {
    const entry = await decodeLedgerEntry(this.#store, recorded);
    if (entry === undefined) return undefined;
    const { origin, event, metadata } = entry;
    const { occurredAt } = metadata;
    return { revision: origin.revision, id: origin.eventId, event, occurredAt, writtenAt: recorded.created };
  }
}
