import type { Scope } from '../expressions/expression.ts';
import { compileFilter } from '../filter/match.ts';
import type { Collection, StoredRecord } from '../storage/collection.ts';
import { readRecord } from '../storage/scan.ts';
import type { Store } from '../storage/store.ts';
import { DocumentReader } from '../values/read.ts';
import type { Doc } from '../values/value.ts';
import { choosePlan, type Plan } from './plan.ts';
import { compileProjection } from './projection.ts';
import { countMatching, type Reading, type ReadStats, readMatching } from './read-plan.ts';
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
  records(stats?: ReadStats): Generator<StoredRecord[], void>;
  /** How many records there are, counted step by step: the last number that comes is the count. */
  count(stats?: ReadStats): Generator<number, void>;
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
  const { sort, skip, limit } = request;
  const most = skip + limit;
  const reading = (stats: ReadStats = { keysExamined: 0, docsExamined: 0 }): Reading => {
    return { store, collection, plan, filter, most, stats };
  };
  return {
    plan,
    *records(stats) {
      const matching = readMatching(reading(stats));
      const sorted = sort && !plan.sorted ? sortRecords(store, collection, matching, sort, most) : matching;
      yield* window(sorted, skip, limit);
    },
    *count(stats) {
      let found = 0;
      for (const more of countMatching(reading(stats))) {
        found += more;
        if (found >= most) break;
        yield Math.max(0, found - skip);
      }
      yield Math.min(Math.max(0, found - skip), limit);
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

/** Bytes of documents that a sort keeps; beyond that it keeps where they are, and reads them again. */
const KEPT_BYTES = 32 * 1024 * 1024;
/** About what an entry takes beside its key, in bytes. */
const ENTRY_BYTES = 120;
/** Documents that are read again at a time. */
const CHUNK = 256;

function* sortRecords(
  store: Store,
  collection: Collection,
  chunks: Iterable<StoredRecord[]>,
  sort: Sort,
  most: number,
): Generator<StoredRecord[], void> {
  const sorter = new Sorter<number>(most);
  const reader = new DocumentReader({ fields: sortNeeds(sort) });
  const keyOf = sortKeys(sort);
  const kept = new Map<number, Buffer>();
  let keptBytes = 0;
  for (const chunk of chunks) {
    for (const { recordId, bytes } of chunk) {
      sorter.add(keyOf(reader.read(bytes)), recordId, ENTRY_BYTES);
      keptBytes += bytes.length;
      if (keptBytes <= KEPT_BYTES) kept.set(recordId, bytes);
    }
    yield [];
  }
  const sorted = sorter.finish();
  for (let at = 0; at < sorted.length; at += CHUNK) {
    const records: StoredRecord[] = [];
    for (const recordId of sorted.slice(at, at + CHUNK)) {
      const bytes = kept.get(recordId) ?? readRecord(store, collection, recordId);
      if (bytes) records.push({ recordId, bytes });
    }
    yield records;
  }
}

/** The part of a sequence after `skip` items, `limit` items long. */
function* window<T>(chunks: Iterable<T[]>, skip: number, limit: number): Generator<T[], void> {
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
