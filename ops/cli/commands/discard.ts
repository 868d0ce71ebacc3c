import { randomUUID } from 'node:crypto';
import { discard as decide } from '../../recovery/discard.ts';
import { EXIT, type GroupCommand, show } from '../command.ts';
import { BadOptions } from '../options.ts';
import { wantedOf } from '../wanted.ts';

const LONGEST_REASON = 1000;

/** Decides that messages are not to be handled. */
export const discard: GroupCommand = async (deps, recovery, names, options) => {
  const reason = options.reason?.trim() ?? '';
  const wanted = wantedOf(names, options);
  if (reason === '' || reason.length > LONGEST_REASON) {
    throw new BadOptions(`Give --reason "TEXT", ${LONGEST_REASON} characters at most.`);
  }
  const request = { by: deps.operator, commandId: randomUUID() };
  const discarded = await decide(recovery, wanted, reason, request);
  const missed = Math.max(0, names.length - discarded);
  if (missed > 0) {
    deps.complain(`${missed} of them wait no longer, or are no failed messages of this group.`);
  }
  const text = `${discarded} discarded. They can still be replayed, which undoes this.`;
  if (discarded > 0 || names.length === 0) show(deps, options, { discarded }, text);
  return missed === 0 ? EXIT.done : EXIT.notPossible;
};
