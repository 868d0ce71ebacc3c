import type { CreateIndexesOptions, IndexSpecification } from 'mongodb';

/** What every document of a read model carries: which one it is, and how far it has followed its source stream. */
export type RevisionedDocument = {
  readonly _id: string;
  /** Revision, in its source stream, of the last event that the document has taken in. */
  readonly revision: number;
};

/** A document as the runner writes it, whatever its read model. */
export type PlainDocument = RevisionedDocument & { readonly [field: string]: unknown };

/** A read model as data: where its documents live, what is in them, and how they are found. */
export type ReadModel<Document extends RevisionedDocument> = NamedModel & {
  /** What one document is, in a sentence for people who read the collection. */
  readonly meaning: string;
  /** What each field means; times are UTC, durations are in milliseconds. */
  readonly fields: { readonly [Field in keyof Document]-?: string };
  /** Fields that hold personal data, or texts made of it: what erasing a person must reach. */
  readonly personal: readonly (keyof Document & string)[];
  readonly indexes: readonly {
    readonly keys: IndexSpecification;
    readonly options: CreateIndexesOptions & { name: string };
  }[];
  readonly example: Document;
};

/** What its collection is called by. */
export type NamedModel = {
  readonly name: string;
  /** Counted up when documents must be made anew; the collection is `{name}_v{version}`. */
  readonly version: number;
};

/** Where the name of a read model points today: documents of the collection `read_models`. */
export type ReadModelPointer = { readonly _id: string; readonly collection: string };

export const POINTERS = 'read_models';

export function collectionName(model: NamedModel): string {
  return `${model.name}_v${model.version}`;
}
