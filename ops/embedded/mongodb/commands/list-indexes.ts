import { type Handler, onlyFields, requiredCollection } from './command.ts';
import { listReply } from './cursor-reply.ts';
import { showIndex } from './index-options.ts';

export const listIndexes: Handler = (call) => {
  onlyFields(call, 'cursor', 'includeIndexBuildInfo');
  const collection = requiredCollection(call);
  return listReply(
    `${call.database}.${collection.name}`,
    collection.indexes.map(({ spec }) => showIndex(spec)),
  );
};
