import { failedToParse } from '../errors.ts';
import { prepareFind } from '../query/find.ts';
import { asFilter } from '../query/match.ts';
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
  onlyFields(call, 'deletes', 'ordered', 'let');
  const deletes = requiredArray(call.body, 'deletes');
  checkBatch(deletes);
  onlyStatementFields(call, 'deletes', KNOWN);
  const name = collectionName(call);
  let removed = 0;
  const errors = await runWrites(call, deletes.length, flag(call.body, 'ordered', true), (index, until) => {
    const result = removeMatching(call, name, deletes[index], until);
    removed += result.removed;
    return result.finished;
  });
  return withErrors({ n: removed }, errors);
};

/** Removes until time is over; what is left still matches when it is called again. */
function removeMatching(
  call: Call,
  name: string,
  statement: unknown,
  until: number,
): { removed: number; finished: boolean } {
  if (!isDoc(statement)) throw failedToParse('deletes must be an array of objects');
  refuseCollation(statement);
  const limit = optionalNumber(statement, 'limit') ?? 0;
  if (limit !== 0 && limit !== 1)
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
  const request = {
    filter: asFilter(statement.q, 'q'),
    sort: undefined,
    skip: 0,
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    hint: statement.hint,
  };
  const collection = call.node.catalog.find(call.database, name);
  if (!collection) return { removed: 0, finished: true };
  let removed = 0;
  for (const chunk of prepareFind(call.node.store, collection, request, scopeOf(call.body)).records()) {
    for (const record of chunk) {
      collection.remove(record);
      removed += 1;
    }
    if (removed > 0 && performance.now() > until) return { removed, finished: false };
  }
  return { removed, finished: true };
}
