// The group that keeps one read model.

import type { Db } from 'mongodb';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import { classify } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { type Arrived, arrivedAs } from '../runner/arrived.ts';
import { type Registry, versionsOf } from '../runner/collections/registry.ts';
import { takeInLedgers } from '../runner/take-in-ledger-view.ts';
import { takeInStreams } from '../runner/take-in-stream-view.ts';
import type { AnyView } from '../views/view.ts';

const BATCH_SIZE = 200;

export type FollowDeps = {
  readonly store: EventStore;
  readonly db: Db;
  readonly registry: Registry;
  /** Makes what is missing of registry and collections. */
  readonly prepare: () => Promise<void>;
};

/**
 * The group that keeps one read model. The registry is read anew for every batch, after its events have come. So an event
 * that misses a version which a rebuild has registered was in the store before that; the rebuild, which looks for the end
 * of the store only after it has registered, reads it.
 */
export function followView(view: AnyView, deps: FollowDeps): SubscriptionGroup {
  const takeIn = (events: readonly Arrived[]) => takeInEverywhere(view, deps, events);
  return {
    declaration: view.group,
    prefixes: [view.category],
    order: 'by-stream',
    ...GROUP_SETTINGS.readModel,
    deadlineMs: 20_000,
    probe: async () => {
      await deps.db.command({ ping: 1 });
    },
    batch: { size: BATCH_SIZE, handle: (envelopes) => takeIn(envelopes.map(arrivedAs)) },
    handlers: view.events.map((definition) =>
      on(definition, `project-${view.model.name}`, (envelope) => takeIn([arrivedAs(envelope)])),
    ),
    passOver: async (origin) => {
      try {
        await takeIn([{ origin, stored: undefined }]);
      } catch (error) {
        // What is wrong with the stream comes up again, and is parked, with the next event that somebody hears.
        if (classify(error) !== 'poison') throw error;
      }
    },
  };
}

/** Writes events to every registered version of a read model. */
export async function takeInEverywhere(
  view: AnyView,
  { store, db, registry, prepare }: FollowDeps,
  events: readonly Arrived[],
): Promise<void> {
  const { name } = view.model;
  let entry = (await registry.read()).get(name);
  if (entry === undefined) {
    await prepare();
    entry = (await registry.read()).get(name);
  }
  if (entry === undefined) throw new Error(`The read model ${name} is not registered.`);
  for (const collection of versionsOf(entry)) {
    if (view.kind === 'many-per-stream') await takeInLedgers(view, store, db, collection, events);
    else await takeInStreams(view, store, db.collection<PlainDocument>(collection), events);
  }
}
