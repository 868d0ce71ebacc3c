import type { Collection, StoredRecord } from '../storage/collection.ts';
import { readRecord, scanEntries, scanRecords } from '../storage/scan.ts';
import type { Store } from '../storage/store.ts';
import { DocumentReader } from '../values/read.ts';
import type { Filter } from './match.ts';
import type { Plan } from './plan.ts';

/** What a read has cost so far. */
export type ReadStats = { keysExamined: number; docsExamined: number };

/** Reads what a plan leads to and keeps what the filter takes. Chunks may be empty: they are places to pause. */
export function* readMatching(
  store: Store,
  collection: Collection,
  plan: Plan,
  filter: Filter,
  stats: ReadStats = { keysExamined: 0, docsExamined: 0 },
): Generator<StoredRecord[], void> {
  const reader = new DocumentReader({ fields: filter.needs, plain: filter.plain });
  const takesAll = filter.needs?.size === 0 || (plan.kind === 'index' && plan.exact);
  for (const chunk of candidates(store, collection, plan, stats)) {
    stats.docsExamined += chunk.length;
    yield takesAll ? chunk : chunk.filter(({ bytes }) => filter.test(reader.read(bytes)));
  }
}

function* candidates(
  store: Store,
  collection: Collection,
  plan: Plan,
  stats: ReadStats,
): Generator<StoredRecord[], void> {
  if (plan.kind === 'collection') {
    yield* scanRecords(store, collection, plan.reverse);
    return;
  }
  const seen = plan.index.multikey ? new Set<number>() : undefined;
  for (const recordIds of scanEntries(store, plan.ranges, plan.reverse)) {
    stats.keysExamined += recordIds.length;
    const records: StoredRecord[] = [];
    for (const recordId of recordIds) {
      if (seen?.has(recordId)) continue;
      seen?.add(recordId);
      const bytes = readRecord(store, collection, recordId);
      if (bytes) records.push({ recordId, bytes });
    }
    yield records;
  }
}
