import type { EventLog } from './log.ts';
import { LogRecord } from './record.ts';
import { ForwardScan } from './scan.ts';

const BATCH = 5000;

/** What follows the log and may have stayed behind. */
type LogFollower = {
  readonly followed: number;
  follow(records: readonly LogRecord[], end: number): void;
};

/**
 * After a start: reads what the index has not seen yet, verifies it, hands it over, and cuts off an append that a crash left
 * unfinished (it was never acknowledged, since that comes after the sync).
 *
 * @returns How many bytes were cut off.
 * @throws Error where an older segment, complete before, is damaged.
 */
export function recover(log: EventLog, index: LogFollower): number {
  const from = Math.max(index.followed, log.firstPosition);
  if (from > log.end) {
    throw new Error(
      `The event log ends at ${log.end}, but its index was at ${index.followed}: files of the log are missing. Restore them, or delete the folder "index" to go on with what is there.`,
    );
  }
  const scan = new ForwardScan(log, from);
  let complete = from;
  let pending: LogRecord[] = [];
  let batch: LogRecord[] = [];
  for (;;) {
    const record = scan.next();
    if (record === undefined || !LogRecord.isIntact(record.bytes, record.position)) break;
    pending.push(record.detached());
    if (record.moreFollow) continue;
    complete = record.position + record.size;
    batch = batch.concat(pending);
    pending = [];
    if (batch.length >= BATCH) {
      index.follow(batch, complete);
      batch = [];
    }
  }
  if (batch.length > 0) index.follow(batch, complete);
  return cutAfter(log, scan, complete);
}

function cutAfter(log: EventLog, scan: ForwardScan, complete: number): number {
  if (!scan.inLastSegment) {
    throw new Error(
      `The event log is damaged after position ${complete}, in ${scan.path}, which was complete before. Restore that file from a backup.`,
    );
  }
  const end = Math.max(complete, log.lastSegmentStart);
  const cut = log.end - end;
  if (cut > 0) log.truncate(end);
  return cut;
}
