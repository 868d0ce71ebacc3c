import { CommandError } from '../errors.ts';
import { asFilter } from '../filter/match.ts';
import { type FindRequest, prepareFind } from '../query/find.ts';
import { MEMORY_LIMIT, outOfMemory } from '../query/sort.ts';
import { compareValues, encodeValue } from '../values/order.ts';
import { someValue, splitPath } from '../values/paths.ts';
import { DocumentReader } from '../values/read.ts';
import { type Call, findCollection, type Handler, onlyFields, refuseCollation, scopeOf } from './command.ts';
import { forEachRecord } from './counting.ts';

export const distinct: Handler = async (call) => {
  const { key, request } = parseDistinct(call);
  const path = splitPath(key);
  const collection = findCollection(call);
  if (!collection) return { values: [] };
  const values = new Map<string, unknown>();
  let bytes = 0;
  const add = (value: unknown): void => {
    if (value === undefined) return;
    const key = encodeValue(value).toString('latin1');
    if (values.has(key)) return;
    values.set(key, value);
    bytes += key.length * 2;
    if (bytes > MEMORY_LIMIT) throw outOfMemory('distinct');
  };
  const reader = new DocumentReader({ fields: new Set([path[0] ?? '']) });
  const find = prepareFind(call.node.store, collection, request, scopeOf(call.body));
  await forEachRecord(call, find, (record) => {
    someValue(reader.read(record.bytes), path, (value) => {
      if (Array.isArray(value)) value.forEach(add);
      else add(value);
      return false;
    });
  });
  return { values: [...values.values()].sort(compareValues) };
};

/** Reads the fields of a distinct. */
export function parseDistinct(call: Call): { readonly key: string; readonly request: FindRequest } {
  const { body } = call;
  onlyFields(call, 'key', 'query', 'collation', 'hint');
  refuseCollation(body);
  const { key, hint } = body;
  if (typeof key !== 'string') throw new CommandError(14, "BSON field 'distinct.key' must be a string");
  const filter = asFilter(body.query, 'query');
  return { key, request: { filter, sort: undefined, skip: 0, limit: Number.POSITIVE_INFINITY, hint } };
}
