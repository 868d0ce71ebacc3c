import { EXIT, type GroupCommand } from '../command.ts';
import { BadOptions } from '../options.ts';
import { seeThrough } from '../see-through.ts';

/** Goes on with a replay whose process was interrupted. */
export const resume: GroupCommand = async (deps, recovery, names, options) => {
  const [batch, ...others] = names;
  if (batch === undefined || others.length > 0) throw new BadOptions('Name one replay.');
  await recovery.ledger.readToEnd();
  if (recovery.ledger.index.replay(batch)?.cancelled === true) {
    deps.complain('This replay was cancelled. Start another one.');
    return EXIT.notPossible;
  }
  return seeThrough(deps, recovery, batch, options);
};
