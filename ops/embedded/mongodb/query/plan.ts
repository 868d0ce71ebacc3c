import { badValue } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';
import type { Index } from '../storage/index-definition.ts';
import { probeEntries } from '../storage/scan.ts';
import type { Store } from '../storage/store.ts';
import { equalValues } from '../values/order.ts';
import { type Doc, isDoc, numberOf } from '../values/value.ts';
import { type Conjunction, conjunctsOf } from './conjuncts.ts';
import { type Candidate, candidateFor, rangesOf } from './index-candidate.ts';
import type { Sort } from './sort.ts';

type IndexPlan = { readonly kind: 'index' } & Candidate;

/** How the candidates for a query are read. What the filter says is tested on each unless the plan is `exact`. */
export type Plan =
  | { readonly kind: 'collection'; readonly reverse: boolean; readonly sorted: boolean }
  | IndexPlan
  /** What several plans lead to, each document once; each in the order that is asked for, when there is one. */
  | {
      readonly kind: 'union';
      readonly plans: readonly IndexPlan[];
      readonly sorted: boolean;
      readonly order: Sort | undefined;
    };

export type PlanRequest = {
  readonly filter: Doc;
  readonly sort: Sort | undefined;
  /** Whether only some of the result is wanted, so that reading in order saves reading all. */
  readonly limited: boolean;
  /** The name or key of the index to use, or `{$natural: 1 or -1}`. */
  readonly hint?: unknown;
};

/** How many index entries are counted to tell a selective index from others. */
const PROBE = 256;

/** Chooses how to read: the index that leads to least, or that spares a sort; the whole collection if none helps. */
export function choosePlan(store: Store, collection: Collection, request: PlanRequest): Plan {
  const conjunction = conjunctsOf(request.filter);
  if (request.hint !== undefined) return hinted(collection, conjunction, request);
  const best = bestIndex(store, collection, conjunction, request);
  if (best?.bounded) return { kind: 'index', ...best };
  const union = unionPlan(store, collection, conjunction, request);
  if (union && !(best?.sorted && request.limited && !union.sorted)) return union;
  if (best) return { kind: 'index', ...best };
  return { kind: 'collection', reverse: false, sorted: request.sort === undefined };
}

function bestIndex(
  store: Store,
  collection: Collection,
  conjunction: Conjunction,
  request: PlanRequest,
): Candidate | undefined {
  const candidates: Candidate[] = [];
  for (const index of collection.indexes) {
    const candidate = candidateFor(index, conjunction, request.sort, false);
    if (!candidate) continue;
    if (index.spec.unique && candidate.fixed === index.fields.length) return candidate;
    candidates.push(candidate);
  }
  if (candidates.length < 2) return candidates[0];
  return candidates
    .map((candidate) => ({ candidate, cost: costOf(store, candidate, request) }))
    .reduce((best, next) => (next.cost < best.cost ? next : best)).candidate;
}

/** Few entries cost their number; of many, what matters is whether reading can stop early, then how much is fixed. */
function costOf(store: Store, candidate: Candidate, request: PlanRequest): number {
  const count = candidate.bounded ? probeEntries(store, rangesOf(candidate), PROBE) : PROBE;
  if (count < PROBE) return count;
  const stopsEarly = request.sort !== undefined && candidate.sorted && request.limited;
  const range = candidate.bounded ? 10 : 0;
  return PROBE + 10_000 - (stopsEarly ? 5000 : 0) - candidate.fixed * 20 - range - (candidate.sorted ? 5 : 0);
}

/** Reads each branch of an `$or` through an index of its own, if every branch has one. */
function unionPlan(
  store: Store,
  collection: Collection,
  { alternatives, conjuncts }: Conjunction,
  request: PlanRequest,
): Plan | undefined {
  const [branches] = alternatives;
  if (!branches) return undefined;
  const plans: IndexPlan[] = [];
  for (const branch of branches) {
    const own = conjunctsOf(branch);
    const best = bestIndex(
      store,
      collection,
      { ...own, conjuncts: [...own.conjuncts, ...conjuncts] },
      request,
    );
    if (!best?.bounded) return undefined;
    plans.push({ kind: 'index', ...best, exact: false });
  }
  const { sort } = request;
  const sorted = plans.every((plan) => plan.sorted);
  return { kind: 'union', plans, sorted, order: sorted ? sort : undefined };
}

function hinted(collection: Collection, conjunction: Conjunction, { hint, sort }: PlanRequest): Plan {
  const natural = isDoc(hint) ? numberOf(hint.$natural) : undefined;
  if (natural !== undefined) return { kind: 'collection', reverse: natural < 0, sorted: sort === undefined };
  const index = collection.indexes.find(({ spec }) => isNamed(spec, hint));
  if (!index) {
    throw badValue(
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
  const candidate = candidateFor(index, conjunction, sort, true);
  if (!candidate)
    throw badValue(
      `The hinted index "${index.spec.name}" does not hold every document that the query asks for.`,
    );
  return { kind: 'index', ...candidate };
}

function isNamed({ name, key }: Index['spec'], hint: unknown): boolean {
  return isDoc(hint) ? equalValues({ ...key }, hint) : name === hint;
}
