// For tests: how every event type changes the documents of a view, as a table.
import type { PlainDocument } from '../../../shared-contracts/documents/read-model.ts';
import type { AnyMessage } from '../../../shared-contracts/messages/define-message.ts';
import type { View } from '../view.ts';

/** When every event of a table happens. */
export const NOW = new Date('2026-11-23T08:00:00Z');

/** What an event makes of a document. */
export type Row<Document, Data> = {
  readonly data: Data;
  readonly actor?: string;
  /** How the document differs from that of the table before the event; null where there is none yet. */
  readonly before?: Partial<Document> | null;
  /** The fields that change; of a document that is new, all but id and revision. */
  readonly becomes: Partial<Document>;
};

/** Rows for every event type: leaving one out does not compile. */
export type ViewTable<Document, Event extends AnyMessage> = {
  readonly [Type in Event['type']]: readonly [
    Row<Document, Extract<Event, { readonly type: Type }>['data']>,
    ...Row<Document, Extract<Event, { readonly type: Type }>['data']>[],
  ];
};

type Outcome = { readonly what: string; readonly found: unknown; readonly wanted: unknown };

/**
 * Applies every row to the document.
 *
 * @param always what changes with every event but the revision.
 */
export function outcomesOf<Document extends PlainDocument, Event extends AnyMessage>(
  view: View<Document, Event>,
  document: Document,
  always: Partial<Document>,
  table: ViewTable<Document, Event>,
): readonly Outcome[] {
  const rows = Object.entries<readonly Row<Document, AnyMessage['data']>[]>(table);
  return rows.flatMap(([type, ofType]) =>
    ofType.map(({ data, actor = 'employee', before = {}, becomes }, index) => {
      const event: AnyMessage = { type, data };
      if (!view.isEvent(event)) throw new Error(`${view.model.name} does not hear ${type}.`);
      const known = before === null ? undefined : { ...document, ...before };
      const revision = before === null ? 0 : document.revision + 1;
      const facts = {
        id: document._id,
        stream: `${view.category}7`,
        revision,
        eventId: 'b3a0c8f0-5f0e-4e0d-9a55-0d1f0f6f7a10',
        actor,
        occurredAt: NOW,
      };
      const wanted = {
        _id: document._id,
        ...known,
        revision,
        ...(before === null ? {} : always),
        ...becomes,
      };
      return { what: `${type} ${index}`, found: view.apply(known, event, facts), wanted };
    }),
  );
}
