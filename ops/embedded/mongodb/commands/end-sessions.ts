import { typeMismatch } from '../errors.ts';
import { isDoc } from '../values/value.ts';
import { type Call, type Handler, requiredArray } from './command.ts';

/** Ends sessions, and with them their cursors; nothing else is kept for a session. */
export const endSessions: Handler = (call) => {
  const sessions = new Set(sessionIds(call));
  call.node.cursors.killWhere(({ session }) => session !== undefined && sessions.has(session));
  return {};
};

function sessionIds(call: Call): string[] {
  return requiredArray(call.body, call.name).map((session) => {
    if (!isDoc(session)) throw typeMismatch(`BSON field '${call.name}' holds something else than sessions`);
    return String(session.id);
  });
}
