import type { Scope } from '../expressions/expression.ts';
import type { Collection, StoredRecord } from '../storage/collection.ts';
import type { Store } from '../storage/store.ts';
import { DocumentReader } from '../values/read.ts';
import type { Doc } from '../values/value.ts';
import { compileFilter } from './match.ts';
import { choosePlan, type Plan } from './plan.ts';
import { compileProjection } from './projection.ts';
import { type ReadStats, readMatching } from './read-plan.ts';
import { type Sort, Sorter, sortKeys, sortNeeds } from './sort.ts';

export type FindRequest = {
  readonly filter: Doc;
  readonly sort: Sort | undefined;
  readonly skip: number;
  /** `Infinity` for no limit. */
  readonly limit: number;
  readonly hint?: unknown;
};

/** A query that is ready to run. */
export type PreparedFind = {
  readonly plan: Plan;
  /** @param keysOnly whether it is enough to know how many there are */
  records(stats?: ReadStats, keysOnly?: boolean): Generator<StoredRecord[], void>;
};

/** Chooses a plan for a query. Its records come filtered, sorted, without those that are skipped. */
export function prepareFind(
  store: Store,
  collection: Collection,
  request: FindRequest,
  scope: Scope,
): PreparedFind {
  const filter = compileFilter(request.filter, scope);
  const limited = request.limit !== Number.POSITIVE_INFINITY;
  const plan = choosePlan(store, collection, { ...request, limited });
  return {
    plan,
    *records(stats, keysOnly = false) {
      const countOnly = keysOnly && (plan.sorted || !request.sort);
      const matching = readMatching(store, collection, plan, filter, stats, countOnly);
      const sorted = request.sort && !plan.sorted ? sortRecords(matching, request.sort, request) : matching;
      yield* window(sorted, request.skip, request.limit);
    },
  };
}

/** Turns records into the documents that the client asked for. */
export function* project(
  records: Iterable<StoredRecord[]>,
  projection: Doc | undefined,
  filter: Doc,
  scope: Scope,
): Generator<Buffer[], void> {
  const apply = projection && compileProjection(projection, filter, scope);
  for (const chunk of records) {
    yield chunk.map(({ bytes }) => (apply ? apply(bytes) : bytes));
  }
}

function* sortRecords(
  chunks: Iterable<StoredRecord[]>,
  sort: Sort,
  request: FindRequest,
): Generator<StoredRecord[], void> {
  const sorter = new Sorter<StoredRecord>(request.skip + request.limit);
  const reader = new DocumentReader({ fields: sortNeeds(sort) });
  const keyOf = sortKeys(sort);
  for (const chunk of chunks) {
    for (const record of chunk) sorter.add(keyOf(reader.read(record.bytes)), record, record.bytes.length);
    yield [];
  }
  yield sorter.finish();
}

/** The part of a sequence after `skip` items, `limit` items long. */
export function* window<T>(chunks: Iterable<T[]>, skip: number, limit: number): Generator<T[], void> {
  let toSkip = skip;
  let left = limit;
  for (const chunk of chunks) {
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    const part = skipped === 0 && chunk.length <= left ? chunk : chunk.slice(skipped, skipped + left);
    left -= part.length;
    yield part;
    if (left <= 0) return;
  }
}
