import type { Index } from '../storage/index-definition.ts';
import { type KeyRange, prefix } from '../storage/keys.ts';
import type { Stream } from '../storage/merge-scan.ts';
import type { Conjunct, Conjunction } from './conjuncts.ts';
import { impliesPartial, mustExist } from './implication.ts';
import { descending, EVERYTHING, fieldBounds, type Interval, keyRange } from './intervals.ts';
import type { Sort } from './sort.ts';

/** Most ranges that one scan reads: lists in `$in` multiply. */
const MAX_RANGES = 1000;
/** Most parts of an index that are read side by side for the sake of an order. */
const MAX_STREAMS = 64;

/** What one index can do for a query. */
export type Candidate = {
  readonly index: Index;
  /** The parts that are read, in each of which the leading fields have one value; side by side when `merged`. */
  readonly streams: readonly Stream[];
  /** Whether the order comes from reading the parts side by side. */
  readonly merged: boolean;
  /** Fields at the beginning of the index that the filter fixes to single values. */
  readonly fixed: number;
  /** Whether the filter bounds what is read. */
  readonly bounded: boolean;
  readonly sorted: boolean;
  readonly reverse: boolean;
  /** Whether what is read is what the filter asks for. */
  readonly exact: boolean;
  /** Whether a document may turn up more than once, under several of its values. */
  readonly repeats: boolean;
  /** For `explain`: how many intervals of each field are read. */
  readonly intervals: Readonly<Record<string, readonly Interval[]>>;
};

export const rangesOf = ({ streams }: Candidate): readonly KeyRange[] =>
  streams.flatMap(({ ranges }) => ranges);

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
  const points = new Map<string, number>();
  let prefixes: Buffer[] = [prefix(index.spec.id)];
  let last: readonly Interval[] = [ALL_KEYS];
  let exact = conjunction.complete && conjunction.alternatives.length === 0;
  for (const [field, direction] of Object.entries(index.spec.key)) {
    if ([...points.keys()].some((before) => sharesArray(index, before, field))) break;
    const onField = conjuncts.filter(({ path }) => path === field);
    const bounds = fieldBounds(onField, index.multikeyFields.has(field));
    if (!bounds || bounds.intervals.length * prefixes.length > MAX_RANGES) break;
    for (const conjunct of onField) used.add(conjunct);
    exact &&= bounds.exact;
    intervals[field] = bounds.intervals;
    const stored = direction === 1 ? bounds.intervals : bounds.intervals.map(descending).reverse();
    if (!bounds.points) {
      last = stored;
      break;
    }
    prefixes = prefixes.flatMap((bytes) => stored.map(({ low }) => Buffer.concat([bytes, low])));
    points.set(field, bounds.intervals.length);
  }
  const single = new Set([...points].filter(([, count]) => count === 1).map(([field]) => field));
  const plain = sort && servedOrder(index, single, single, sort);
  const side = sort && !plain && prefixes.length <= MAX_STREAMS;
  const order = side ? servedOrder(index, new Set(points.keys()), single, sort) : plain;
  const bounded = used.size > 0;
  if (!bounded && !order && !forced) return undefined;
  return {
    index,
    streams: prefixes.map((bytes) => ({
      prefixBytes: bytes.length,
      ranges: last.map((interval) => keyRange(bytes, interval)),
    })),
    merged: order !== undefined && plain === undefined,
    fixed: points.size,
    bounded,
    sorted: sort === undefined || order !== undefined,
    reverse: order === 'backward',
    exact: exact && conjuncts.every((conjunct) => used.has(conjunct)),
    repeats: [...index.multikeyFields].some((field) => !single.has(field)),
    intervals,
  };
}

/** Whether two fields may lead through one array: two conditions on them may then be met by different elements. */
function sharesArray({ multikeyFields }: Index, a: string, b: string): boolean {
  return multikeyFields.has(a) && multikeyFields.has(b) && a.split('.')[0] === b.split('.')[0];
}

/** Every key that begins with the prefix. */
const ALL_KEYS: Interval = { ...EVERYTHING, low: Buffer.alloc(0), high: Buffer.alloc(0) };

/** Sparse and partial indexes leave documents out; they serve only queries that do not want those. */
function holdsAll({ spec }: Index, conjuncts: readonly Conjunct[]): boolean {
  if (spec.partialFilterExpression && !impliesPartial(conjuncts, spec.partialFilterExpression)) return false;
  return !spec.sparse || Object.keys(spec.key).some((field) => mustExist(conjuncts, field));
}

/**
 * Whether reading the index in one direction gives the order that is asked for; fields with one value do not matter. By an
 * array documents are sorted by its least or greatest element: its entries are in no such order, whichever of them are read.
 *
 * @param fixed fields that have one value in each part that is read
 * @param single those of them that have the same value in all parts
 */
function servedOrder(
  index: Index,
  fixed: ReadonlySet<string>,
  single: ReadonlySet<string>,
  sort: Sort,
): 'forward' | 'backward' | undefined {
  if (sort.some(({ field }) => index.multikeyFields.has(field))) return undefined;
  const fields = Object.entries(index.spec.key).filter(([field]) => !fixed.has(field));
  const wanted = sort.filter(({ field }) => !single.has(field));
  if (wanted.length > fields.length) return undefined;
  const agrees = wanted.map(({ field, descending: down }, i) => {
    const [name, direction] = fields[i] ?? [];
    return name === field ? (direction === -1) === down : undefined;
  });
  if (agrees.every((same) => same === true)) return 'forward';
  return agrees.every((same) => same === false) ? 'backward' : undefined;
}
