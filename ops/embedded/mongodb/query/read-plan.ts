import type { Collection, StoredRecord } from '../storage/collection.ts';
import { rangeOf } from '../storage/keys.ts';
import { readRecord, scanEntries, scanRecords } from '../storage/scan.ts';
import type { Store } from '../storage/store.ts';
import { DocumentReader } from '../values/read.ts';
import type { Filter } from './match.ts';
import type { Plan } from './plan.ts';

/** What a read has cost so far. */
export type ReadStats = { keysExamined: number; docsExamined: number };

/**
 * Reads what a plan leads to and keeps what the filter takes. Chunks may be empty: they are places to pause.
 *
 * @param keysOnly whether it is enough to know how many documents there are
 */
export function* readMatching(
  store: Store,
  collection: Collection,
  plan: Plan,
  filter: Filter,
  stats: ReadStats = { keysExamined: 0, docsExamined: 0 },
  keysOnly = false,
): Generator<StoredRecord[], void> {
  const reader = new DocumentReader({ fields: filter.needs, plain: filter.plain });
  const takesAll = filter.needs?.size === 0 || (plan.kind === 'index' && plan.exact);
  if (keysOnly && takesAll) {
    yield* withoutContent(store, collection, plan, stats);
    return;
  }
  for (const chunk of candidates(store, collection, plan, stats)) {
    stats.docsExamined += chunk.length;
    yield takesAll ? chunk : chunk.filter(({ bytes }) => filter.test(reader.read(bytes)));
  }
}

const NO_CONTENT = Buffer.of(5, 0, 0, 0, 0);

/** One empty document for each that is found: enough for counting, and documents need not be read. */
function* withoutContent(
  store: Store,
  collection: Collection,
  plan: Plan,
  stats: ReadStats,
): Generator<StoredRecord[], void> {
  const [idIndex] = collection.indexes;
  const whole = idIndex ? [rangeOf(idIndex.spec.id)] : [];
  const ranges = plan.kind === 'index' && plan.exact ? plan.ranges : whole;
  for (const recordIds of scanEntries(store, ranges, false)) {
    stats.keysExamined += recordIds.length;
    yield recordIds.map((recordId) => ({ recordId, bytes: NO_CONTENT }));
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
  if (plan.kind === 'union') {
    yield* each(plan.plans, store, collection, stats);
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

/** What several plans lead to, each document once. */
function* each(
  plans: readonly Plan[],
  store: Store,
  collection: Collection,
  stats: ReadStats,
): Generator<StoredRecord[], void> {
  const seen = new Set<number>();
  for (const plan of plans) {
    for (const chunk of candidates(store, collection, plan, stats)) {
      const fresh = chunk.filter(({ recordId }) => !seen.has(recordId));
      for (const { recordId } of fresh) seen.add(recordId);
      yield fresh;
    }
  }
}
