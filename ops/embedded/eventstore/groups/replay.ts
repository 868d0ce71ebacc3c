import { type EventStore, newEvent } from '../core/event-store.ts';
import { METADATA_TYPE, metadataStreamOf } from '../core/names.ts';
import { parseMetadata } from '../index/metadata.ts';
import { detached, type Message, REPLAY_SEQUENCE } from './message.ts';
import type { ReplayLedger } from './replay-ledger.ts';

const ADMINS_ONLY = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' };

/**
 * Delivers what is parked once more. The parked stream is truncated at once, as the real server does it; which messages are
 * still to be settled is in the ledger, so that a crash repeats them and loses none.
 */
export class Replay {
  readonly #store: EventStore;
  readonly #ledger: ReplayLedger;
  readonly #key: string;
  readonly #parked: string;
  /** The next revision to be handed out, and the first one not to be. */
  #next: number;
  #stop: number;
  /** Handed out and not settled. */
  readonly #open = new Set<number>();
  #starting = false;

  constructor(store: EventStore, ledger: ReplayLedger, key: string, parked: string) {
    this.#store = store;
    this.#ledger = ledger;
    this.#key = key;
    this.#parked = parked;
    const interrupted = ledger.range(key);
    this.#next = interrupted?.from ?? 0;
    this.#stop = interrupted?.stop ?? 0;
  }

  /** Are there messages that have not been handed out? */
  get isReading(): boolean {
    return this.#next < this.#stop;
  }

  get waiting(): number {
    return Math.max(0, this.#stop - this.#next);
  }

  /** Begins with everything parked, or with what is before revision `stopAt`. Ignored while another replay begins or reads. */
  async start(stopAt: number | undefined): Promise<void> {
    const view = this.#store.streams.view(this.#parked);
    if (view.kind !== 'present' || this.#starting || this.isReading) return;
    const stop = Math.min(stopAt ?? Number.POSITIVE_INFINITY, view.last + 1);
    if (stop <= view.first) return;
    this.#starting = true;
    try {
      await this.#ledger.begin(this.#key, { from: Math.min(view.first, ...this.#open), stop });
      await this.#truncate(stop);
      this.#next = view.first;
      this.#stop = stop;
    } finally {
      this.#starting = false;
    }
  }

  /** Up to `limit` messages to deliver. */
  take(limit: number): Message[] {
    const messages: Message[] = [];
    for (; this.#next < this.#stop && messages.length < limit; this.#next += 1) {
      const link = this.#store.streams.stored(this.#parked, this.#next);
      if (link === undefined) continue;
      this.#open.add(this.#next);
      const event = detached({ event: this.#store.streams.target(link), link });
      messages.push({ event, sequence: REPLAY_SEQUENCE, before: -1, replayOf: this.#next, retryCount: 0 });
    }
    if (messages.length === 0) this.#note();
    return messages;
  }

  settled(revision: number): void {
    this.#open.delete(revision);
    this.#note();
  }

  #note(): void {
    let from = this.#next;
    for (const revision of this.#open) {
      from = Math.min(from, revision);
      break;
    }
    this.#ledger.progress(this.#key, { from, stop: this.#stop });
  }

  async #truncate(stop: number): Promise<void> {
    const stream = metadataStreamOf(this.#parked);
    const last = this.#store.index.stream(stream)?.last ?? -1;
    const written = last < 0 ? undefined : this.#store.streams.stored(stream, last);
    const metadata = { ...(written && parseMetadata(written.data)), $tb: stop, $acl: ADMINS_ONLY };
    await this.#store.append(stream, { kind: 'any' }, [
      newEvent(METADATA_TYPE, Buffer.from(JSON.stringify(metadata))),
    ]);
  }
}
