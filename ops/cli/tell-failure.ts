import { NotPossible, NotThere } from '../../shared-contracts/errors/not-possible.ts';
import { EXIT } from './command.ts';
import { fileProblem } from './file-problem.ts';
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
  const sentence =
    error instanceof NotPossible || error instanceof NotThere ? error.message : fileProblem(error);
  if (sentence === undefined) throw error;
  complain(sentence);
  return EXIT.notPossible;
}
