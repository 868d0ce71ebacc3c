// What a read model is to the runner: where its events come from, and how they change its documents.
import type { PlainDocument, ReadModel } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage, MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';

/** What a view sees of an event, beside its data. */
export type EventFacts = {
  /** The source stream, and where the event stands in it. */
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  /** Who: `customer`, `employee:{id}`, `operator:{name}` or `system:{group}`. */
  readonly actor: string;
  readonly occurredAt: Date;
};

/** The same for one document: `id` is the document's. */
export type DocumentFacts = EventFacts & { readonly id: string };

type AnyKindOfView<Document extends PlainDocument, Event extends AnyMessage> = {
  readonly model: ReadModel<Document>;
  readonly group: GroupDeclaration;
  /** Prefix of the source streams. */
  readonly category: string;
  readonly events: readonly MessageDefinition[];
  readonly isEvent: (event: AnyMessage) => event is Event;
  /**
   * How an event changes its document, which is undefined before its first one. Pure: no clock, no I/O. What it returns carries
   * `facts.id` and `facts.revision`. Undefined where the event cannot be the first of a document: one document for each stream
   * then lacks earlier events; where there are many, there is none that the event changes.
   *
   * A method, so that views of different documents can stand in one list (`AnyView`): a runner hands a view only documents that
   * this view has made, and events that passed `isEvent`.
   */
  apply(document: Document | undefined, event: Event, facts: DocumentFacts): Document | undefined;
};

/** One document for each stream; what follows the category in the stream's name is the document's id. */
export type StreamView<Document extends PlainDocument, Event extends AnyMessage> = AnyKindOfView<
  Document,
  Event
> & { readonly kind: 'one-per-stream' };

/**
 * Many documents for each stream: each takes in some of its events. The revision of a document is that of the last event it has
 * taken in; how far a stream has been taken in as a whole, the runner notes beside the documents.
 */
export type LedgerView<Document extends PlainDocument, Event extends AnyMessage> = AnyKindOfView<
  Document,
  Event
> & {
  readonly kind: 'many-per-stream';
  /** The one document that the event is about; undefined where it is about none, or about those of `documentsWhere`. */
  documentIdOf(event: Event, facts: EventFacts): string | undefined;
  /**
   * For an event that is about several documents at once: it is applied to every document in which this field has this value,
   * after all earlier events of its stream. An index begins with the field.
   */
  documentsWhere(event: Event, facts: EventFacts): FieldValue<keyof Document & string> | undefined;
};

export type FieldValue<Field extends string> = { readonly field: Field; readonly value: string };

/** A read model made from the streams of one category. */
export type View<Document extends PlainDocument, Event extends AnyMessage> =
  | StreamView<Document, Event>
  | LedgerView<Document, Event>;

/** Any view, where it does not matter what its documents are. */
export type AnyView = View<PlainDocument, AnyMessage>;
