import type { EventLog } from '../log/log.ts';
import type { LogRecord } from '../log/record.ts';
import { BackwardScan, ForwardScan } from '../log/scan.ts';
import { isHiddenFromAll } from './names.ts';
import type { RecentRecords } from './recent-records.ts';

/** How many records one page looks at before others get their turn. */
const PAGE = 256;

type AllPage = {
  /** What was looked at, in order: events that `$all` shows. */
  readonly records: readonly LogRecord[];
  /** Position to go on from (upwards: the first not looked at; downwards: everything before it is still to come). */
  readonly next: number;
  readonly end: boolean;
};

/** Reads `$all` upwards, and keeps following it: from memory where it can, else from the log. */
export class AllForwards {
  readonly #log: EventLog;
  readonly #recent: RecentRecords;
  #next: number;
  #scan: ForwardScan | undefined;

  constructor(log: EventLog, recent: RecentRecords, from: number) {
    this.#log = log;
    this.#recent = recent;
    this.#next = from;
  }

  page(): AllPage {
    if (this.#next >= this.#log.committed) return { records: [], next: this.#next, end: true };
    const looked = this.#recent.covers(this.#next) ? this.#fromMemory() : this.#fromLog();
    const last = looked.at(-1);
    if (last === undefined) return { records: [], next: this.#next, end: true };
    this.#next = last.position + last.size;
    return {
      records: looked.filter((record) => !isHiddenFromAll(record.stream)),
      next: this.#next,
      end: this.#next >= this.#log.committed,
    };
  }

  #fromMemory(): readonly LogRecord[] {
    this.#scan = undefined;
    return this.#recent.from(this.#next, PAGE);
  }

  #fromLog(): readonly LogRecord[] {
    this.#scan ??= new ForwardScan(this.#log, this.#next);
    return take(this.#scan);
  }
}

/** Reads `$all` downwards: what is before a position. */
export class AllBackwards {
  readonly #scan: BackwardScan;
  #next: number;

  constructor(log: EventLog, before: number) {
    this.#scan = new BackwardScan(log, before);
    this.#next = before;
  }

  page(): AllPage {
    const looked = take(this.#scan);
    this.#next = looked.at(-1)?.position ?? this.#next;
    return {
      records: looked.filter((record) => !isHiddenFromAll(record.stream)),
      next: this.#next,
      end: looked.length < PAGE,
    };
  }
}

function take(scan: { next(): LogRecord | undefined }): LogRecord[] {
  const records: LogRecord[] = [];
  while (records.length < PAGE) {
    const record = scan.next();
    if (record === undefined) break;
    records.push(record);
  }
  return records;
}
