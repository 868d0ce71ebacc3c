import { CommandError } from '../errors.ts';
import { type Handler, onlyFields, requireAdmin } from './command.ts';

const NAMES: readonly unknown[] = ['global', 'startupWarnings'];

/** Shells ask for warnings of the start; there are none, and no log is kept. */
export const getLog: Handler = (call) => {
  onlyFields(call);
  requireAdmin(call);
  const asked = call.body.getLog;
  if (asked === '*') return { names: NAMES };
  if (!NAMES.includes(asked)) throw new CommandError(96, `No log named '${String(asked)}'`);
  return { totalLinesWritten: 0, log: [] };
};
