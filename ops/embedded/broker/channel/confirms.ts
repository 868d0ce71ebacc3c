/** The publisher confirms of one channel: which messages still wait for theirs, and how few frames can tell. */
export class Confirms {
  readonly #send: (kind: 'ack' | 'nack', tag: number, multiple: boolean) => void;
  /** In the order of their tags. */
  readonly #waiting = new Set<number>();
  #acked: number[] = [];
  #nacked: number[] = [];
  #scheduled = false;
  #lastTag = 0;

  constructor(send: (kind: 'ack' | 'nack', tag: number, multiple: boolean) => void) {
    this.#send = send;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** A message was published: the number its confirm will carry. */
  next(): number {
    this.#lastTag++;
    this.#waiting.add(this.#lastTag);
    return this.#lastTag;
  }

  ack(tag: number): void {
    this.#acked.push(tag);
    this.#schedule();
  }

  nack(tag: number): void {
    this.#nacked.push(tag);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  /** What becomes known in one turn goes out together; refusals first, since a confirm of many covers all below it. */
  #flush(): void {
    this.#scheduled = false;
    const acked = this.#acked.sort((a, b) => a - b);
    const nacked = this.#nacked;
    this.#acked = [];
    this.#nacked = [];
    for (const tag of nacked) {
      this.#waiting.delete(tag);
      this.#send('nack', tag, false);
    }
    for (const tag of acked) this.#waiting.delete(tag);
    const [lowest = Infinity] = this.#waiting;
    const below = acked.filter((tag) => tag < lowest);
    const highest = below.at(-1);
    if (highest !== undefined) this.#send('ack', highest, below.length > 1);
    for (const tag of acked) if (tag > lowest) this.#send('ack', tag, false);
  }
}
