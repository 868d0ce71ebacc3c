import { NotPossible, NotThere } from '../../shared-contracts/errors/not-possible.ts';
import { EXIT } from './command.ts';
import { HELP } from './help.ts';
import { BadOptions } from './options.ts';

/**
 * Says why a command could not do what it was asked for.
 *
 * @returns its exit code.
 * @throws the error itself, where it is nothing that was asked wrongly.
 */
export function tellFailure(error: unknown, complain: (line: string) => void): number {
  if (error instanceof BadOptions) {
    complain(`${error.message}\n\n${HELP}`);
    return EXIT.notUnderstood;
  }
  if (!(error instanceof NotPossible || error instanceof NotThere)) throw error;
  complain(error.message);
  return EXIT.notPossible;
}
