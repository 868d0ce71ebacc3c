import type { Index } from '../storage/index-definition.ts';
import { type KeyRange, prefix } from '../storage/keys.ts';
import type { Conjunct, Conjunction } from './conjuncts.ts';
import { impliesPartial, mustExist } from './implication.ts';
import { descending, EVERYTHING, fieldBounds, type Interval, keyRange } from './intervals.ts';
import type { Sort } from './sort.ts';

/** Most ranges that one scan reads: lists in `$in` multiply. */
const MAX_RANGES = 1000;

/** What one index can do for a query. */
export type Candidate = {
  readonly index: Index;
  readonly ranges: readonly KeyRange[];
  /** Fields at the beginning of the index that the filter fixes to single values. */
  readonly fixed: number;
  /** Whether the filter bounds what is read. */
  readonly bounded: boolean;
  readonly sorted: boolean;
  readonly reverse: boolean;
  readonly exact: boolean;
  /** For `explain`: how many intervals of each field are read. */
  readonly intervals: Readonly<Record<string, readonly Interval[]>>;
};

/** @returns undefined when the index does not hold every document that the query may want, or is of no use. */
export function candidateFor(
  index: Index,
  conjunction: Conjunction,
  sort: Sort | undefined,
  forced: boolean,
): Candidate | undefined {
  const { conjuncts } = conjunction;
  if (!holdsAll(index, conjuncts)) return undefined;
  const used = new Set<Conjunct>();
  const intervals: Record<string, readonly Interval[]> = {};
  const single = new Set<string>();
  let prefixes: Buffer[] = [prefix(index.spec.id)];
  let ranges: KeyRange[] | undefined;
  let fixed = 0;
  let exact = !index.multikey && conjunction.complete && conjunction.alternatives.length === 0;
  for (const [field, direction] of Object.entries(index.spec.key)) {
    const onField = conjuncts.filter(({ path }) => path === field);
    const bounds = fieldBounds(onField, index.multikey);
    if (!bounds || bounds.intervals.length * prefixes.length > MAX_RANGES) break;
    for (const conjunct of onField) used.add(conjunct);
    exact &&= bounds.exact;
    intervals[field] = bounds.intervals;
    const stored = direction === 1 ? bounds.intervals : bounds.intervals.map(descending).reverse();
    if (!bounds.points) {
      ranges = prefixes.flatMap((bytes) => stored.map((interval) => keyRange(bytes, interval)));
      break;
    }
    prefixes = prefixes.flatMap((bytes) => stored.map(({ low }) => Buffer.concat([bytes, low])));
    if (bounds.intervals.length === 1) single.add(field);
    fixed += 1;
  }
  const order = sort && !index.multikey ? servedOrder(index, single, sort) : undefined;
  const bounded = used.size > 0;
  if (!bounded && !order && !forced) return undefined;
  return {
    index,
    ranges:
      ranges ??
      prefixes.map((bytes) =>
        keyRange(bytes, { ...EVERYTHING, low: Buffer.alloc(0), high: Buffer.alloc(0) }),
      ),
    fixed,
    bounded,
    sorted: sort === undefined || order !== undefined,
    reverse: order === 'backward',
    exact: exact && conjuncts.every((conjunct) => used.has(conjunct)),
    intervals,
  };
}

/** Sparse and partial indexes leave documents out; they serve only queries that do not want those. */
function holdsAll({ spec }: Index, conjuncts: readonly Conjunct[]): boolean {
  if (spec.partialFilterExpression && !impliesPartial(conjuncts, spec.partialFilterExpression)) return false;
  return !spec.sparse || Object.keys(spec.key).some((field) => mustExist(conjuncts, field));
}

/** Whether reading the index in one direction gives the order that is asked for; fields with one value do not matter. */
function servedOrder(
  index: Index,
  single: ReadonlySet<string>,
  sort: Sort,
): 'forward' | 'backward' | undefined {
  const fields = Object.entries(index.spec.key).filter(([field]) => !single.has(field));
  const wanted = sort.filter(({ field }) => !single.has(field));
  if (wanted.length > fields.length) return undefined;
  const agrees = wanted.map(({ field, descending: down }, i) => {
    const [name, direction] = fields[i] ?? [];
    return name === field ? (direction === -1) === down : undefined;
  });
  if (agrees.every((same) => same === true)) return 'forward';
  return agrees.every((same) => same === false) ? 'backward' : undefined;
}
