// The erasures of customers, as operators ask for them and follow them.
import { streamNameFilter } from '@eventstore/db-client';
import { ERASURE_STEPS, type ErasureStep } from '../../shared-contracts/messages/erasure-events.ts';
import { categoryOf, idOfStream, streamOf } from '../../shared-contracts/messages/names.ts';
import {
  type ErasureState,
  erasure,
  erasureDecider,
} from '../../shared-contracts/runtime/erasure/erasure-decider.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { readFiltered } from '../../shared-contracts/runtime/event-store/filtered-read.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import {
  readOperations,
  requestOperation,
} from '../../shared-contracts/runtime/operations/control-stream.ts';
import type { OperationState } from '../../shared-contracts/runtime/operations/operation-state.ts';
import { createAddressHash } from '../../shared-contracts/runtime/personal/address-hash.ts';
import { addressIdOf } from '../../shared-contracts/runtime/personal/address-id.ts';
import type { Secrets } from '../../shared-contracts/runtime/secrets.ts';

/** What became of an erasure; nothing of it tells whom it was about. */
export type Erasure = {
  readonly erasureId: string;
  readonly by: string;
  /** ISO 8601; null where it was asked for and has not begun. */
  readonly begunAt: string | null;
  /** Null as long as it is under way. */
  readonly endedAt: string | null;
  /**
   * Every subject whose key it deletes, its own included: after a backup was restored that was made before, `eraseSubjects`
   * is to delete the keys of these again.
   */
  readonly subjects: readonly string[];
  readonly issues: number;
  readonly steps: readonly {
    readonly step: ErasureStep;
    readonly count: number;
    readonly outOfReach: boolean;
  }[];
};

/**
 * Asks the customer service to erase whoever is known under an address. The address itself goes no further than here.
 *
 * @param erasureId the same for the same request, however often it comes
 */
export async function requestErasure(
  store: EventStore,
  secrets: Secrets,
  request: { readonly erasureId: string; readonly email: string; readonly by: string },
): Promise<void> {
  const { erasureId: operationId, by } = request;
  const target = addressIdOf(createAddressHash(secrets.key('addresses'))(request.email));
  await requestOperation(store, 'customer', { operationId, operation: 'erase', target, by });
}

/** One erasure, with what its operation says; undefined where nobody asked for it. */
export async function readErasure(
  store: EventStore,
  erasureId: string,
): Promise<{ readonly operation: OperationState; readonly erasure: Erasure } | undefined> {
  const operation = (await readOperations(store, 'customer')).get(erasureId);
  if (operation?.operation !== 'erase') return undefined;
  const fold = new Fold();
  for await (const stored of store.read(streamOf.erasure(erasureId))) fold.add(stored);
  return { operation, erasure: fold.erasure(erasureId) ?? asked(operation) };
}

/** Every erasure that has begun, in their order. */
export async function listErasures(store: EventStore): Promise<readonly Erasure[]> {
  const folds = new Map<string, Fold>();
  const filter = streamNameFilter({ prefixes: [categoryOf.erasure] });
  for await (const recorded of readFiltered(store.client, filter)) {
    const id = idOfStream(categoryOf.erasure, recorded.streamId);
    const fold = folds.get(id) ?? new Fold();
    folds.set(id, fold);
    fold.add(await store.codec.decode(recorded));
  }
  return [...folds].flatMap(([id, fold]) => fold.erasure(id) ?? []);
}

/** How many of the steps that an erasure takes once the keys are deleted are done. */
export function progressOf({ steps }: Pick<Erasure, 'steps'>): {
  readonly done: number;
  readonly total: number;
} {
  return { done: steps.length, total: ERASURE_STEPS.length };
}

class Fold {
  #state: ErasureState = erasureDecider.initial;
  #begunAt: string | null = null;
  #endedAt: string | null = null;

  add({ event, metadata }: StoredEvent): void {
    if (!erasure.isEvent(event)) return;
    this.#state = erasureDecider.evolve(this.#state, event);
    if (event.type === 'ErasureBegun') this.#begunAt = metadata.occurredAt;
    if (event.type === 'ErasureEnded') this.#endedAt = metadata.occurredAt;
  }

  erasure(erasureId: string): Erasure | undefined {
    if (this.#state.kind === 'unknown') return undefined;
    const { by, found, steps } = this.#state;
    return {
      erasureId,
      by,
      begunAt: this.#begunAt,
      endedAt: this.#endedAt,
      subjects: [...found.keys(), erasureId],
      issues: [...found.values()].filter((issueId) => issueId !== null).length,
      steps: [...steps].map(([step, done]) => ({ step, ...done })),
    };
  }
}

function asked({ operationId, by }: OperationState): Erasure {
  return {
    erasureId: operationId,
    by,
    begunAt: null,
    endedAt: null,
    subjects: [],
    issues: 0,
    steps: [],
  };
}
