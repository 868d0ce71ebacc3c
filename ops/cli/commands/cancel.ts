import { cancelReplay } from '../../recovery/replay/replay.ts';
import { EXIT, type GroupCommand, show } from '../command.ts';
import { BadOptions } from '../options.ts';

/** Takes a replay back. */
export const cancel: GroupCommand = async (deps, recovery, names, options) => {
  const [batch, ...others] = names;
  if (batch === undefined || others.length > 0) throw new BadOptions('Name one replay.');
  await cancelReplay(recovery, batch, deps.operator);
  const { recovered = 0, withdrawn = 0 } = recovery.ledger.index.replay(batch)?.attempts ?? {};
  const text = `Cancelled: ${withdrawn} wait again, ${recovered} were recovered before.`;
  show(deps, options, { replay: batch, cancelled: true, withdrawn, recovered }, text);
  return EXIT.done;
};
