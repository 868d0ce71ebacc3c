import { notImplemented } from '../errors.ts';
import { asFilter } from '../filter/match.ts';
import { prepareFind, project } from '../query/find.ts';
import { parseSort } from '../query/sort.ts';
import {
  type Call,
  findCollection,
  flag,
  type Handler,
  namespace,
  onlyFields,
  optionalCount,
  optionalDoc,
  optionalNumber,
  refuseCollation,
  scopeOf,
} from './command.ts';
import { firstBatch } from './cursor-reply.ts';

const REFUSED = ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max', 'oplogReplay'];

export const find: Handler = (call) => {
  const { body } = call;
  const { request, projection, scope } = parseFind(call);
  const collection = findCollection(call);
  const size = optionalCount(body, 'batchSize');
  const records = collection ? prepareFind(call.node.store, collection, request, scope).records() : [];
  return firstBatch(call, project(records, projection, request.filter, scope), {
    namespace: namespace(call),
    batchSize: size,
    singleBatch: flag(body, 'singleBatch') || (optionalNumber(body, 'limit') ?? 0) < 0,
  });
};

/** Reads the fields of a find. */
export function parseFind(call: Call) {
  const { body } = call;
  onlyFields(
    call,
    ...[
      'filter',
      'sort',
      'projection',
      'hint',
      'skip',
      'limit',
      'batchSize',
      'singleBatch',
      'noCursorTimeout',
    ],
    ...['allowDiskUse', 'allowPartialResults', 'collation', 'let', ...REFUSED],
  );
  for (const option of REFUSED) {
    if (body[option] !== undefined && body[option] !== false)
      throw notImplemented(`The option ${option} of find`);
  }
  refuseCollation(body);
  const limit = Math.abs(optionalNumber(body, 'limit') ?? 0);
  const projection = optionalDoc(body, 'projection');
  return {
    request: {
      filter: asFilter(body.filter),
      sort: parseSort(body.sort),
      skip: optionalCount(body, 'skip') ?? 0,
      limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
      hint: body.hint,
    },
    projection: projection && Object.keys(projection).length > 0 ? projection : undefined,
    scope: scopeOf(body),
  };
}
