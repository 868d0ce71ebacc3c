import { failedToParse } from '../errors.ts';
import { asFilter } from '../filter/match.ts';
import { type FindRequest, prepareFind } from '../query/find.ts';
import { compileProjection } from '../query/projection.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection, StoredRecord } from '../storage/collection.ts';
import { compileUpdate } from '../update/update.ts';
import type { Doc } from '../values/value.ts';
import { RawDocument } from '../values/write.ts';
import {
  type Call,
  collectionName,
  flag,
  type Handler,
  onlyFields,
  optionalDoc,
  refuseCollation,
  scopeOf,
} from './command.ts';

type Outcome = { readonly value: Buffer | undefined; readonly lastErrorObject: Doc };

export const findAndModify: Handler = async (call) => {
  const { body, node, database } = call;
  const request = parseFindAndModify(call);
  const name = collectionName(call);
  const fields = optionalDoc(body, 'fields');
  const shown =
    fields && Object.keys(fields).length > 0
      ? compileProjection(fields, request.filter, scopeOf(body))
      : undefined;
  await node.catalog.find(database, name)?.building;
  const { value, lastErrorObject } = await node.store.write(() => modify(call, name, request));
  return { lastErrorObject, value: value ? new RawDocument(shown ? shown(value) : value) : null };
};

/** Reads the fields of a findAndModify, and what it looks for. */
export function parseFindAndModify(call: Call): FindRequest {
  const { body } = call;
  onlyFields(
    call,
    ...[
      'query',
      'sort',
      'remove',
      'update',
      'new',
      'fields',
      'upsert',
      'arrayFilters',
      'hint',
      'collation',
      'let',
    ],
    'bypassDocumentValidation',
  );
  refuseCollation(body);
  const remove = flag(body, 'remove');
  if (remove === (body.update !== undefined)) {
    throw failedToParse('Either an update or remove=true must be specified, and not both');
  }
  if (remove && (flag(body, 'upsert') || flag(body, 'new'))) {
    throw failedToParse('Cannot specify upsert or new together with remove');
  }
  const filter = asFilter(body.query, 'query');
  return { filter, sort: parseSort(body.sort), skip: 0, limit: 1, hint: body.hint };
}

function modify(call: Call, name: string, request: FindRequest): Outcome {
  const { body, node, database } = call;
  const collection = node.catalog.find(database, name);
  const found = collection && first(call, collection, request);
  if (flag(body, 'remove')) {
    if (!collection || !found) return { value: undefined, lastErrorObject: { n: 0 } };
    collection.remove(found);
    return { value: found.bytes, lastErrorObject: { n: 1 } };
  }
  const change = compileUpdate({
    filter: request.filter,
    update: body.update,
    arrayFilters: body.arrayFilters,
    multi: false,
    scope: scopeOf(body),
    now: new Date(node.now()),
  });
  const isNew = flag(body, 'new');
  if (collection && found) {
    const next = change.apply(found.bytes);
    if (!next.equals(found.bytes)) collection.replace(found, next);
    return { value: isNew ? next : found.bytes, lastErrorObject: { n: 1, updatedExisting: true } };
  }
  if (!flag(body, 'upsert')) return { value: undefined, lastErrorObject: { n: 0, updatedExisting: false } };
  const { bytes, id } = change.insert();
  node.catalog.findOrCreate(database, name).insert(bytes);
  return {
    value: isNew ? bytes : undefined,
    lastErrorObject: { n: 1, updatedExisting: false, upserted: id },
  };
}

function first(call: Call, collection: Collection, request: FindRequest): StoredRecord | undefined {
  const { body, node } = call;
  for (const [record] of prepareFind(node.store, collection, request, scopeOf(body)).records()) {
    if (record) return record;
  }
  return undefined;
}
