import type { Progress } from './checkpoint.ts';
import { type Message, originalOf } from './message.ts';
import type { GroupSettings } from './settings.ts';
import type { SourceReader } from './source-reader.ts';

/** Bytes of events that a group holds ready; a bound beside the number that its settings give. */
const MAX_BYTES = 16 * 1024 * 1024;

/** What becomes of a message that is offered: it is taken, waits behind nobody, or holds up all that follow. */
export type Offer = 'taken' | 'passed over' | 'stop';

/** What a group has read of its source and nobody has taken yet. */
export class ReadAhead {
  readonly #source: SourceReader;
  readonly #settings: GroupSettings;
  #messages: Message[] = [];
  #bytes = 0;
  #looked: Progress;
  #live = 0;

  constructor(source: SourceReader, settings: GroupSettings, looked: Progress) {
    this.#source = source;
    this.#settings = settings;
    this.#looked = looked;
  }

  get length(): number {
    return this.#messages.length;
  }

  get first(): Message | undefined {
    return this.#messages[0];
  }

  /** Up to where the source was looked at, be there events for this group or not. */
  get looked(): Progress {
    return this.#looked;
  }

  get atEnd(): boolean {
    return this.#source.atEnd;
  }

  /** How many messages were read after the end of the source had been reached. */
  get live(): number {
    return this.#live;
  }

  /** Reads one page where there is room for it; true when it should be asked again soon. */
  fill(): boolean {
    if (!this.#hasRoom()) return false;
    const wasLive = this.#source.atEnd;
    for (const { event, position } of this.#source.page(Math.max(1, this.#settings.readBatchSize))) {
      const before = this.#looked.position;
      this.#looked = { sequence: this.#looked.sequence + 1, position };
      if (event === undefined) continue;
      const { sequence } = this.#looked;
      const message: Message = { event, sequence, before, replayOf: undefined, retryCount: 0 };
      this.#messages.push(message);
      this.#bytes += originalOf(message).size;
      if (wasLive) this.#live += 1;
    }
    return !this.#source.atEnd && this.#hasRoom();
  }

  /** Offers the messages in their order; those that nobody takes stay. */
  offer(to: (message: Message) => Offer): void {
    let kept = 0;
    let index = 0;
    for (; index < this.#messages.length; index += 1) {
      const message = this.#messages[index];
      if (message === undefined) break;
      const outcome = to(message);
      if (outcome === 'stop') break;
      if (outcome === 'taken') this.#bytes -= originalOf(message).size;
      else this.#messages[kept++] = message;
    }
    if (kept < index) this.#messages.splice(kept, index - kept);
  }

  #hasRoom(): boolean {
    return this.#messages.length < Math.max(1, this.#settings.historyBufferSize) && this.#bytes < MAX_BYTES;
  }
}
