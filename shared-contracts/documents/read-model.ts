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
  /** Where something personal is of customers: the field with the id of the issue by which erasing one finds the document. */
  readonly issueField?: keyof Document & string;
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

/**
 * What is known of a read model as a whole: documents of the collection `read_models`. Only the projections service writes
 * them; whoever wants to read documents, or to know how fresh they are, starts here.
 */
export type ReadModelEntry = {
  readonly _id: string;
  /** The collection that is read. */
  readonly collection: string;
  /** The id that the server gave that collection: a collection of the same name with another one is not the same. */
  readonly collectionId: string;
  /** `NamedModel.version` that its documents were made by. */
  readonly shape: number;
  /** The group that keeps the documents, and the prefix of their source streams. */
  readonly group: string;
  readonly category: string;
  readonly kind: 'one-per-stream' | 'many-per-stream';
  /** The version that a rebuild is making; live events are written to it as well. */
  readonly building: BuildingVersion | null;
  /** Former versions, still written for those who still read them. */
  readonly retiring: readonly { readonly collection: string; readonly since: Date }[];
  /** Since when documents may be missing, until a rebuild has ended; null where all are there. */
  readonly lostAt: Date | null;
};

export type BuildingVersion = {
  readonly collection: string;
  /** Empty as long as the collection is not made. */
  readonly collectionId: string;
  readonly operationId: string;
  /** Who builds it: another one after each interruption. */
  readonly run: string;
  /** Counted up as long as somebody is at it. */
  readonly beat: number;
};

export const REGISTRY = 'read_models';

/** How far each source stream has been taken in, for read models with many documents a stream. */
export function cursorsOf(collection: string): string {
  return `${collection}_cursors`;
}

/** The collection of one version of a read model: `tickets_v1`. */
export function collectionName(model: NamedModel): string {
  return `${model.name}_v${model.version}`;
}
