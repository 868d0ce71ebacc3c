import { CommandError } from '../errors.ts';
import type { Handler } from './command.ts';

/** Shells and tools learn from this refusal that the server stands alone. */
export const replSetGetStatus: Handler = () => {
  throw new CommandError(76, 'not running with --replSet');
};
