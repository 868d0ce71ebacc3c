import { asFilter } from '../filter/match.ts';
import { type FindRequest, prepareFind } from '../query/find.ts';
import {
  type Call,
  findCollection,
  type Handler,
  onlyFields,
  optionalCount,
  optionalNumber,
  refuseCollation,
  scopeOf,
} from './command.ts';
import { countAll } from './counting.ts';

export const count: Handler = async (call) => {
  const request = parseCount(call);
  const collection = findCollection(call);
  if (!collection) return { n: 0 };
  const find = prepareFind(call.node.store, collection, request, scopeOf(call.body));
  return { n: await countAll(call, find) };
};

/** Reads the fields of a count. */
export function parseCount(call: Call): FindRequest {
  const { body } = call;
  onlyFields(call, 'query', 'limit', 'skip', 'hint', 'collation', 'fields');
  refuseCollation(body);
  return {
    filter: asFilter(body.query, 'query'),
    sort: undefined,
    skip: optionalCount(body, 'skip') ?? 0,
    limit: Math.abs(optionalNumber(body, 'limit') ?? 0) || Number.POSITIVE_INFINITY,
    hint: body.hint,
  };
}
