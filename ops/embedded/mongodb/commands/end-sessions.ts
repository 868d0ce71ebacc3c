import { isDoc } from '../values/value.ts';
import type { Call, Handler } from './command.ts';

/** Ends sessions, and with them their cursors; nothing else is kept for a session. */
export const endSessions: Handler = (call) => {
  const sessions = new Set(sessionIds(call));
  call.node.cursors.killWhere(({ session }) => session !== undefined && sessions.has(session));
  return {};
};

function sessionIds(call: Call): string[] {
  const list = call.body[call.name];
  return Array.isArray(list) ? list.filter(isDoc).map((session) => String(session.id)) : [];
}
