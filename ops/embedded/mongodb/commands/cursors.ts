import { Long } from 'bson';
import { CommandError } from '../errors.ts';
import { isDoc } from '../values/value.ts';
import { type Call, collectionName, type Handler, onlyFields, requiredArray } from './command.ts';
import { nextBatch } from './cursor-reply.ts';

export const getMore: Handler = (call) => {
  onlyFields(call, 'collection', 'batchSize', 'term', 'lastKnownCommittedOpTime');
  const id = asId(call.body.getMore);
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

export const killCursors: Handler = (call) => {
  onlyFields(call, 'cursors');
  collectionName(call);
  const ids = requiredArray(call.body, 'cursors').map(asId);
  const killed: Long[] = [];
  const notFound: Long[] = [];
  for (const id of ids) (call.node.cursors.kill(id) ? killed : notFound).push(id);
  return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
};

export const endSessions: Handler = (call) => {
  const sessions = new Set(sessionIds(call));
  call.node.cursors.killWhere(({ session }) => session !== undefined && sessions.has(session));
  return {};
};

function sessionIds(call: Call): string[] {
  const list = call.body[call.name];
  return Array.isArray(list) ? list.filter(isDoc).map((session) => String(session.id)) : [];
}

function asId(value: unknown): Long {
  if (value instanceof Long) return value;
  if (typeof value === 'number') return Long.fromNumber(value);
  throw new CommandError(14, 'A cursor id must be a long.');
}
