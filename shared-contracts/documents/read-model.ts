import type { CreateIndexesOptions, IndexSpecification } from 'mongodb';

/** What every document of a read model carries: the stream it comes from by its id, and how far it has followed it. */
export type RevisionedDocument = {
  readonly _id: string;
  /** Revision of the last event that the document has taken in. */
  readonly revision: number;
};

/** A document as the runner writes it, whatever its read model. */
export type PlainDocument = RevisionedDocument & { readonly [field: string]: unknown };

/** A read model as data: where its documents live and how they are found. */
export type ReadModel<Document extends RevisionedDocument> = {
  readonly name: string;
  /** Counted up when documents must be made anew; the collection is `{name}_v{version}`. */
  readonly version: number;
  readonly indexes: readonly {
    readonly keys: IndexSpecification;
    readonly options: CreateIndexesOptions & { name: string };
  }[];
  readonly example: Document;
};

/** Where the name of a read model points today: documents of the collection `read_models`. */
export type ReadModelPointer = { readonly _id: string; readonly collection: string };

export const POINTERS = 'read_models';

export function collectionName(model: { readonly name: string; readonly version: number }): string {
  return `${model.name}_v${model.version}`;
}
