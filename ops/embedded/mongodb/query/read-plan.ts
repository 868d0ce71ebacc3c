import type { Filter } from '../filter/match.ts';
import type { Collection, StoredRecord } from '../storage/collection.ts';
import { mergeEntries } from '../storage/merge-scan.ts';
import { countEntries, readRecord, scanEntries, scanRecords } from '../storage/scan.ts';
import type { Store } from '../storage/store.ts';
import { DocumentReader } from '../values/read.ts';
import { type Candidate, rangesOf } from './index-candidate.ts';
import { mergeSorted } from './merge-sorted.ts';
import type { Plan } from './plan.ts';
import type { Sort } from './sort.ts';

/** What a read has cost so far. */
export type ReadStats = { keysExamined: number; docsExamined: number };

/** What is read by a plan, and where. */
export type Reading = {
  readonly store: Store;
  readonly collection: Collection;
  readonly plan: Plan;
  readonly filter: Filter;
  /** How many documents are wanted of those that match, in the order of the plan. */
  readonly most: number;
  readonly stats: ReadStats;
};

/** Reads what a plan leads to and keeps what the filter takes. Chunks may be empty: they are places to pause. */
export function* readMatching(reading: Reading): Generator<StoredRecord[], void> {
  const { store, collection, plan, filter, most, stats } = reading;
  const reader = new DocumentReader({ fields: filter.needs, plain: filter.plain });
  const takesAll = filter.takesAll || (plan.kind === 'index' && plan.exact);
  if (plan.kind === 'union') {
    yield* readUnion(reading, plan.plans, plan.order);
    return;
  }
  const chunks =
    plan.kind === 'collection'
      ? scanRecords(store, collection, plan.reverse)
      : records(store, collection, plan, stats, takesAll ? most : undefined);
  for (const chunk of chunks) {
    stats.docsExamined += chunk.length;
    yield takesAll ? chunk : chunk.filter(({ bytes }) => filter.test(reader.read(bytes)));
  }
}

/** The documents that the entries of an index lead to, each once. */
function* records(
  store: Store,
  collection: Collection,
  plan: Candidate,
  stats: ReadStats,
  first?: number,
): Generator<StoredRecord[], void> {
  for (const recordIds of recordIdsOf(store, plan, stats, first)) {
    const found: StoredRecord[] = [];
    for (const recordId of recordIds) {
      const bytes = readRecord(store, collection, recordId);
      if (bytes) found.push({ recordId, bytes });
    }
    yield found;
  }
}

function* recordIdsOf(
  store: Store,
  plan: Candidate,
  stats: ReadStats,
  first?: number,
): Generator<number[], void> {
  const seen = plan.repeats ? new Set<number>() : undefined;
  const chunks = plan.merged
    ? mergeEntries(store, plan.streams, plan.reverse, first)
    : scanEntries(store, rangesOf(plan), plan.reverse, first);
  for (const recordIds of chunks) {
    stats.keysExamined += recordIds.length;
    yield seen ? recordIds.filter((id) => isNew(seen, id)) : recordIds;
  }
}

/** What several plans lead to, each document once; in the order that they share, when there is one. */
function* readUnion(
  reading: Reading,
  plans: readonly Plan[],
  order: Sort | undefined,
): Generator<StoredRecord[], void> {
  const seen = new Set<number>();
  const branches = plans.map((branch) => readMatching({ ...reading, plan: branch, most: 1 }));
  const chunks = order ? mergeSorted(branches, order) : oneByOne(branches);
  for (const chunk of chunks) yield chunk.filter(({ recordId }) => isNew(seen, recordId));
}

function* oneByOne<T>(generators: readonly Generator<T, void>[]): Generator<T, void> {
  for (const generator of generators) yield* generator;
}

function isNew(seen: Set<number>, recordId: number): boolean {
  if (seen.has(recordId)) return false;
  seen.add(recordId);
  return true;
}

/** Counts what a plan leads to and the filter takes, from the index alone where that says it: the numbers add up. */
export function* countMatching(reading: Reading): Generator<number, void> {
  const { store, collection, plan, filter, stats, most } = reading;
  if (filter.takesAll && plan.kind === 'collection') yield collection.committedCount;
  else if (plan.kind !== 'index' || !plan.exact) {
    for (const chunk of readMatching(reading)) yield chunk.length;
  } else if (plan.repeats || most !== Number.POSITIVE_INFINITY) {
    for (const recordIds of recordIdsOf(store, { ...plan, merged: false }, stats, most))
      yield recordIds.length;
  } else {
    yield* counted(countEntries(store, rangesOf(plan)), stats);
  }
}

function* counted(numbers: Iterable<number>, stats: ReadStats): Generator<number, void> {
  for (const number of numbers) {
    stats.keysExamined += number;
    yield number;
  }
}
