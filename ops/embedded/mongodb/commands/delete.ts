import { failedToParse } from '../errors.ts';
import { asFilter } from '../filter/match.ts';
import { type FindRequest, prepareFind } from '../query/find.ts';
import type { Collection, StoredRecord } from '../storage/collection.ts';
import { isDoc } from '../values/value.ts';
import {
  type Call,
  collectionName,
  flag,
  type Handler,
  onlyFields,
  onlyStatementFields,
  optionalNumber,
  refuseCollation,
  requiredArray,
  scopeOf,
} from './command.ts';
import { checkBatch } from './insert.ts';
import { runWrites, withErrors } from './writes.ts';

const KNOWN: ReadonlySet<string> = new Set(['q', 'limit', 'hint', 'collation']);

export const remove: Handler = async (call) => {
  const deletes = parseDeletes(call);
  const name = collectionName(call);
  let removed = 0;
  let running: Running | undefined;
  const errors = await runWrites(call, deletes.length, flag(call.body, 'ordered', true), (index, until) => {
    const state = running ?? start(call, name, deletes[index]);
    running = undefined;
    for (let chunk = state?.records.next(); state && chunk && !chunk.done; chunk = state.records.next()) {
      for (const record of chunk.value) {
        state.collection.remove(record);
        removed += 1;
      }
      if (performance.now() <= until) continue;
      running = state;
      return false;
    }
    return true;
  });
  return withErrors({ n: removed }, errors);
};

/** A delete of many documents that goes on in the next transaction. */
type Running = { readonly collection: Collection; readonly records: Iterator<StoredRecord[], void> };

/** Reads the fields of a delete: its statements. */
export function parseDeletes(call: Call): readonly unknown[] {
  onlyFields(call, 'deletes', 'ordered', 'let');
  const deletes = requiredArray(call.body, 'deletes');
  checkBatch(deletes);
  onlyStatementFields(call, 'deletes', KNOWN);
  return deletes;
}

/** What one statement of a delete looks for. */
export function deleteRequest(statement: unknown): FindRequest {
  if (!isDoc(statement)) throw failedToParse('deletes must be an array of objects');
  refuseCollation(statement);
  const limit = optionalNumber(statement, 'limit') ?? 0;
  if (limit !== 0 && limit !== 1)
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
  return {
    filter: asFilter(statement.q, 'q'),
    sort: undefined,
    skip: 0,
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    hint: statement.hint,
  };
}

function start(call: Call, name: string, statement: unknown): Running | undefined {
  const request = deleteRequest(statement);
  const collection = call.node.catalog.find(call.database, name);
  if (!collection) return undefined;
  return {
    collection,
    records: prepareFind(call.node.store, collection, request, scopeOf(call.body)).records(),
  };
}
