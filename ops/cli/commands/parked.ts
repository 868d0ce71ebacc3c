import { newestWaiting } from '../../recovery/list.ts';
import { EXIT, type GroupCommand, show } from '../command.ts';

/** What waits for a person, the newest first. */
export const parked: GroupCommand = async (deps, { ledger }, _names, options) => {
  await ledger.readToEnd();
  let left = options.limit;
  for await (const { message, facts } of newestWaiting(ledger, options.filter)) {
    const { eventId, state, attempts } = message;
    const { origin, error, occurredAt } = facts;
    const text = `${eventId}  ${origin.type}  ${attempts} ×  ${occurredAt}  ${error.message.split('\n')[0]}`;
    show(deps, options, { message: eventId, state, attempts, ...facts }, text);
    left -= 1;
    if (left === 0) break;
  }
  return EXIT.done;
};
