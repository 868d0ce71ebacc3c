import type { Collection } from '../storage/collection.ts';
import type { Index } from '../storage/index-definition.ts';
import { after, type KeyRange, prefix } from '../storage/keys.ts';
import type { Store } from '../storage/store.ts';
import { encodeValue } from '../values/order.ts';
import { type Doc, isDoc } from '../values/value.ts';
import type { Sort } from './sort.ts';

/** How the candidates for a query are read. What the filter says is tested on each unless the plan is `exact`. */
export type Plan =
  | { readonly kind: 'collection'; readonly reverse: boolean; readonly sorted: boolean }
  | {
      readonly kind: 'index';
      readonly index: Index;
      readonly ranges: readonly KeyRange[];
      readonly reverse: boolean;
      /** Whether candidates come in the order that was asked for. */
      readonly sorted: boolean;
      /** Whether every candidate satisfies the filter. */
      readonly exact: boolean;
    };

export type PlanRequest = {
  readonly filter: Doc;
  readonly sort: Sort | undefined;
  readonly limited: boolean;
  readonly hint?: unknown;
};

export function choosePlan(_store: Store, collection: Collection, request: PlanRequest): Plan {
  const id = request.filter._id;
  const index = collection.indexes[0];
  if (index && id !== undefined && !(isDoc(id) && Object.keys(id).some((key) => key.startsWith('$')))) {
    const key = Buffer.concat([prefix(index.spec.id), encodeValue(id)]);
    const ranges = [{ start: key, end: after(key) }];
    return { kind: 'index', index, ranges, reverse: false, sorted: true, exact: false };
  }
  return { kind: 'collection', reverse: false, sorted: request.sort === undefined };
}
