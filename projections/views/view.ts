import type { PlainDocument, ReadModel } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage, MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';

/** What a view sees of an event, beside its data. */
export type EventFacts = { readonly id: string; readonly revision: number; readonly occurredAt: Date };

/** A read model made from the streams of one category: one document for each stream. */
export type View<Document extends PlainDocument, Event extends AnyMessage> = {
  readonly model: ReadModel<Document>;
  readonly group: GroupDeclaration;
  /** Prefix of the source streams; what follows it is the document's id. */
  readonly category: string;
  readonly events: readonly MessageDefinition[];
  readonly isEvent: (event: AnyMessage) => event is Event;
  /** How an event changes the document (undefined before its first). Pure. Revision and id are set by the runner. */
  readonly apply: (document: Document | undefined, event: Event, facts: EventFacts) => Document | undefined;
};

/** What a read model needs to exist, whatever its documents are. */
export type IndexedModel = Pick<ReadModel<PlainDocument>, 'name' | 'version' | 'indexes'>;
