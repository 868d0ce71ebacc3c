import type { LogRecord } from '../log/record.ts';

const MAX_RECORDS = 4096;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The newest records of the log, in memory and bounded, so that those who follow the log (subscriptions, groups) do not read
 * the disk, and do not hold queues of their own.
 */
export class RecentRecords {
  #records: LogRecord[] = [];
  #first = 0;
  #bytes = 0;
  /** Everything at or after this position is here. */
  #from: number;

  constructor(end: number) {
    this.#from = end;
  }

  add(records: readonly LogRecord[]): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += record.size;
    }
    while (this.#records.length - this.#first > MAX_RECORDS || this.#bytes > MAX_BYTES) {
      const oldest = this.#records[this.#first];
      if (oldest === undefined) break;
      this.#bytes -= oldest.size;
      this.#first += 1;
      this.#from = oldest.position + oldest.size;
    }
    if (this.#first > MAX_RECORDS) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Forgets everything; what is appended at or after `end` will be here. */
  clear(end: number): void {
    this.#records = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#from = end;
  }

  /** Can everything from `position` on be had here? */
  covers(position: number): boolean {
    return position >= this.#from;
  }

  /** Up to `limit` records at or after `position`, which must be covered. */
  from(position: number, limit: number): readonly LogRecord[] {
    const start = this.#find(position);
    return this.#records.slice(start, start + limit);
  }

  at(position: number): LogRecord | undefined {
    const record = this.#records[this.#find(position)];
    return record?.position === position ? record : undefined;
  }

  #find(position: number): number {
    let low = this.#first;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
