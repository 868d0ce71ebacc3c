import type { Long } from 'bson';
import { collectionName, type Handler, onlyFields, requiredArray } from './command.ts';
import { cursorId } from './cursor-id.ts';

export const killCursors: Handler = (call) => {
  onlyFields(call, 'cursors');
  collectionName(call);
  const ids = requiredArray(call.body, 'cursors').map(cursorId);
  const killed: Long[] = [];
  const notFound: Long[] = [];
  for (const id of ids) (call.node.cursors.kill(id) ? killed : notFound).push(id);
  return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
};
