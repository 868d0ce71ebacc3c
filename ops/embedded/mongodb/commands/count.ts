import { prepareFind } from '../query/find.ts';
import { asFilter } from '../query/match.ts';
import {
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
  const { body } = call;
  onlyFields(call, 'query', 'limit', 'skip', 'hint', 'collation', 'fields');
  refuseCollation(body);
  const limit = Math.abs(optionalNumber(body, 'limit') ?? 0) || Number.POSITIVE_INFINITY;
  const skip = optionalCount(body, 'skip') ?? 0;
  const filter = asFilter(body.query, 'query');
  const collection = findCollection(call);
  if (!collection) return { n: 0 };
  const request = { filter, sort: undefined, skip, limit, hint: body.hint };
  const find = prepareFind(call.node.store, collection, request, scopeOf(body));
  return { n: await countAll(call, find) };
};
