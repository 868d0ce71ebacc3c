// The group that keeps one read model.
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import type { View } from '../views/view.ts';
import { takeIn } from './take-in.ts';
import { takeInBatch } from './take-in-batch.ts';

const BATCH_SIZE = 200;

/** The group that keeps one read model. */
export function followView<Document extends PlainDocument, Event extends AnyMessage>(
  view: View<Document, Event>,
  store: EventStore,
  readModels: ReadModels,
): SubscriptionGroup {
  if (view.kind === 'many-per-stream')
    throw new TypeError(`${view.model.name}: such a view cannot be followed yet.`);
  return {
    declaration: view.group,
    prefixes: [view.category],
    order: 'by-stream',
    bufferSize: 400,
    deadlineMs: 20_000,
    settingsVersion: 1,
    probe: readModels.probe,
    batch: {
      size: BATCH_SIZE,
      handle: async (envelopes) =>
        takeInBatch(view, store, await readModels.documents(view.model), envelopes),
    },
    handlers: view.events.map((definition) =>
      on(definition, `project-${view.model.name}`, async (envelope) => {
        const collection = await readModels.documents(view.model);
        await takeIn(view, store, collection, envelope);
      }),
    ),
  };
}
