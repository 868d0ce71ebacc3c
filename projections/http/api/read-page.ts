// A page of a collection by cursor: the items behind a place, read from the index that has them in this order.
import type { Collection, Filter } from 'mongodb';
import type { RevisionedDocument } from '../../../shared-contracts/documents/read-model.ts';
import { PAGE_SIZE } from './contract/limits.ts';
import { type Place, readCursor, writeCursor } from './cursor.ts';

type PageQuery = { readonly cursor?: string | undefined; readonly limit?: number | undefined };

/**
 * Reads a page of a list, the newest first by a field that never changes.
 *
 * @param list the name of the list, so that the cursor of one is none of another.
 */
export async function readPage<Field extends string, Document extends DatedBy<Field>>(
  collection: Collection<Document>,
  { list, field, match }: { list: string; field: Field; match: Filter<Document> },
  { cursor, limit = PAGE_SIZE.usual, ...filters }: PageQuery,
): Promise<{ readonly documents: readonly Document[]; readonly next: string | null }> {
  const asked = { ...filters, list };
  const behind = cursor === undefined ? undefined : readCursor(cursor, asked);
  // A type of documents cannot say that a condition on one of its dates fits it.
  const conditions = (
    behind === undefined ? match : { $and: [match, ...behindPlace(field, behind)] }
  ) as Filter<Document>;
  const found = await collection
    .find<Document>(conditions)
    .sort({ [field]: -1, _id: 1 })
    .limit(limit + 1)
    .toArray();
  const documents = found.slice(0, limit);
  const last = documents.at(-1);
  const next =
    last === undefined || found.length <= limit
      ? null
      : writeCursor({ at: last[field], id: last._id }, asked);
  return { documents, next };
}

type DatedBy<Field extends string> = RevisionedDocument & { readonly [Name in Field]: Date };

/** The first condition bounds what of the index is read, which an alternative does not. */
function behindPlace(field: string, { at, id }: Place) {
  return [{ [field]: { $lte: at } }, { $or: [{ [field]: { $lt: at } }, { _id: { $gt: id } }] }];
}
