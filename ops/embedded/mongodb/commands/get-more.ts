import { CommandError } from '../errors.ts';
import { type Handler, onlyFields } from './command.ts';
import { cursorId } from './cursor-id.ts';
import { nextBatch } from './cursor-reply.ts';

export const getMore: Handler = (call) => {
  onlyFields(call, 'collection', 'batchSize', 'term', 'lastKnownCommittedOpTime');
  const id = cursorId(call.body.getMore);
  const cursor = call.node.cursors.find(id);
  const asked = `${call.database}.${String(call.body.collection)}`;
  if (cursor.options.namespace !== asked) {
    throw new CommandError(
      13,
      `Requested getMore on namespace '${asked}', but cursor belongs to another: ${cursor.options.namespace}`,
    );
  }
  return nextBatch(call, cursor);
};
