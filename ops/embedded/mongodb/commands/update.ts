import { failedToParse } from '../errors.ts';
import { createScope, type Scope } from '../expressions/expression.ts';
import { asFilter } from '../filter/match.ts';
import { type FindRequest, prepareFind } from '../query/find.ts';
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
  onlyStatementFields,
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

/** An update of many documents that goes on in the next transaction. */
type Running = {
  readonly statement: Statement;
  readonly change: Update;
  readonly collection: Collection;
  readonly records: Iterator<StoredRecord[], void>;
  /** Records that were changed and may turn up again further on in the index. */
  readonly done: Set<number> | undefined;
  /** Whether documents wait in memory for their turn: others must not change them meanwhile. */
  readonly sorted: boolean;
  matched: number;
};

export const update: Handler = async (call) => {
  const updates = parseUpdates(call);
  const name = collectionName(call);
  let matched = 0;
  let modified = 0;
  const upserted: Doc[] = [];
  let running: Running | undefined;
  const errors = await runWrites(call, updates.length, flag(call.body, 'ordered', true), (index, until) => {
    const statement = running?.statement ?? parseStatement(call, updates[index]);
    const change = running?.change ?? compile(call, statement);
    const collection = call.node.catalog.find(call.database, name);
    const state: Running | undefined = running ?? (collection && start(call, collection, statement, change));
    running = undefined;
    for (let chunk = state?.records.next(); state && chunk && !chunk.done; chunk = state.records.next()) {
      for (const record of chunk.value) {
        if (state.done?.has(record.recordId)) continue;
        state.done?.add(record.recordId);
        state.matched += 1;
        matched += 1;
        if (replace(state.collection, record, change)) modified += 1;
      }
      if (state.sorted || performance.now() <= until) continue;
      running = state;
      return false;
    }
    if (state?.matched || !statement.upsert) return true;
    const { bytes, id } = change.insert();
    call.node.catalog.findOrCreate(call.database, name).insert(bytes);
    upserted.push({ index, _id: id });
    return true;
  });
  const reply = { n: matched + upserted.length, nModified: modified };
  return withErrors(upserted.length > 0 ? { ...reply, upserted } : reply, errors);
};

/** Reads the fields of an update: its statements. */
export function parseUpdates(call: Call): readonly unknown[] {
  onlyFields(call, 'updates', 'ordered', 'bypassDocumentValidation', 'let');
  const updates = requiredArray(call.body, 'updates');
  checkBatch(updates);
  onlyStatementFields(call, 'updates', KNOWN);
  return updates;
}

/** What one statement of an update looks for. */
export function updateRequest({ filter, multi, statement }: Statement): FindRequest {
  const { sort, hint } = statement;
  const limit = multi ? Number.POSITIVE_INFINITY : 1;
  return { filter, sort: parseSort(sort), skip: 0, limit, hint };
}

function start(call: Call, collection: Collection, statement: Statement, change: Update): Running {
  const request = updateRequest(statement);
  const { plan, records } = prepareFind(call.node.store, collection, request, statement.scope);
  const done = statement.multi && plan.kind !== 'collection' ? new Set<number>() : undefined;
  const sorted = request.sort !== undefined;
  return { statement, change, collection, records: records(), done, sorted, matched: 0 };
}

export function parseStatement(call: Call, statement: unknown): Statement {
  if (!isDoc(statement)) throw failedToParse('updates must be an array of objects');
  refuseCollation(statement);
  const multi = flag(statement, 'multi');
  if (multi && statement.sort !== undefined) throw failedToParse('Cannot specify sort with multi=true');
  return {
    filter: asFilter(statement.q, 'q'),
    statement,
    multi,
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

function replace(collection: Collection, record: StoredRecord, change: Update): boolean {
  const next = change.apply(record.bytes);
  if (next.equals(record.bytes)) return false;
  collection.replace(record, next);
  return true;
}
