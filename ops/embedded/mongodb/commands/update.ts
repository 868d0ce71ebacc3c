import { failedToParse } from '../errors.ts';
import { createScope, type Scope } from '../expressions/expression.ts';
import { prepareFind } from '../query/find.ts';
import { asFilter } from '../query/match.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection, StoredRecord } from '../storage/collection.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import { type Doc, isDoc } from '../values/value.ts';
import {
  type Call,
  collectionName,
  flag,
  type Handler,
  onlyFields,
  optionalDoc,
  refuseCollation,
  requiredArray,
} from './command.ts';
import { checkBatch } from './insert.ts';
import { runWrites, withErrors } from './writes.ts';

type Statement = {
  readonly filter: Doc;
  readonly statement: Doc;
  readonly multi: boolean;
  readonly upsert: boolean;
  readonly scope: Scope;
};

const KNOWN: ReadonlySet<string> = new Set([
  'q',
  'u',
  'c',
  'multi',
  'upsert',
  'arrayFilters',
  'hint',
  'collation',
  'sort',
]);

export const update: Handler = async (call) => {
  onlyFields(call, 'updates', 'ordered', 'bypassDocumentValidation', 'let');
  const updates = requiredArray(call.body, 'updates');
  checkBatch(updates);
  const name = collectionName(call);
  const result = { matched: 0, modified: 0 };
  const upserted: Doc[] = [];
  const errors = await runWrites(call, updates.length, flag(call.body, 'ordered', true), (index) => {
    const statement = parseStatement(call, updates[index]);
    const change = compile(call, statement);
    const collection = call.node.catalog.find(call.database, name);
    const { matched, modified } = collection
      ? applyTo(call, collection, statement, change)
      : { matched: 0, modified: 0 };
    result.matched += matched;
    result.modified += modified;
    if (matched > 0 || !statement.upsert) return;
    const { bytes, id } = change.insert();
    call.node.catalog.findOrCreate(call.database, name).insert(bytes);
    upserted.push({ index, _id: id });
  });
  const reply = { n: result.matched + upserted.length, nModified: result.modified };
  return withErrors(upserted.length > 0 ? { ...reply, upserted } : reply, errors);
};

function parseStatement(call: Call, statement: unknown): Statement {
  if (!isDoc(statement)) throw failedToParse('updates must be an array of objects');
  const unknown = Object.keys(statement).find((field) => !KNOWN.has(field));
  if (unknown) throw failedToParse(`BSON field 'update.updates.${unknown}' is an unknown field.`);
  refuseCollation(statement);
  return {
    filter: asFilter(statement.q, 'q'),
    statement,
    multi: flag(statement, 'multi'),
    upsert: flag(statement, 'upsert'),
    scope: createScope({ ...optionalDoc(call.body, 'let'), ...optionalDoc(statement, 'c') }),
  };
}

function compile(call: Call, { filter, statement, multi, scope }: Statement): Update {
  const { u: change, arrayFilters } = statement;
  return compileUpdate({
    filter,
    update: change,
    arrayFilters,
    multi,
    scope,
    now: new Date(call.node.now()),
  });
}

function applyTo(
  call: Call,
  collection: Collection,
  { filter, statement, multi, scope }: Statement,
  change: Update,
): { matched: number; modified: number } {
  const limit = multi ? Number.POSITIVE_INFINITY : 1;
  const request = { filter, sort: parseSort(statement.sort), skip: 0, limit, hint: statement.hint };
  const { records } = prepareFind(call.node.store, collection, request, scope);
  const done = multi ? new Set<number>() : undefined;
  const result = { matched: 0, modified: 0 };
  for (const chunk of records()) {
    for (const record of chunk) {
      if (done?.has(record.recordId)) continue;
      done?.add(record.recordId);
      result.matched += 1;
      if (replace(collection, record, change)) result.modified += 1;
    }
  }
  return result;
}

function replace(collection: Collection, record: StoredRecord, change: Update): boolean {
  const next = change.apply(record.bytes);
  if (next.equals(record.bytes)) return false;
  collection.replace(record, next);
  return true;
}
