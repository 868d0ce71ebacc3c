import { findFailures, groupFailures } from '../../recovery/find/find-failures.ts';
import { readListed } from '../../recovery/find/list.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import type { Options } from '../options.ts';

const AT_ONCE = 250;

/** What failed in these groups, the last to fail first: what waits for a person, or what is in another state. */
export async function parked(
  deps: CommandDeps,
  recoveries: readonly Recovery[],
  options: Options,
): Promise<number> {
  for (const { ledger } of recoveries) {
    await ledger.readToEnd();
    if (options.filter.text !== undefined) await ledger.readValues(ledger.facts.unread(), deps.stop);
  }
  const printed = options.errors
    ? printErrors(deps, recoveries, options)
    : await printMessages(deps, recoveries, options);
  if (printed === 0 && !options.json) deps.print(`No such failed message (--state ${options.state}).`);
  return EXIT.done;
}

/** @returns how many. */
async function printMessages(
  deps: CommandDeps,
  recoveries: readonly Recovery[],
  options: Options,
): Promise<number> {
  let printed = 0;
  let olderThan: ReturnType<typeof findFailures>['older'];
  for (let left = options.limit; left > 0; ) {
    const size = Math.min(AT_ONCE, left);
    const page = findFailures(recoveries, options.state, options.filter, { size, olderThan });
    for (const { message, facts } of await readListed(page.rows)) {
      const { eventId, state, attempts } = message;
      const { origin, error, occurredAt } = facts;
      const where = recoveries.length === 1 ? '' : `${facts.group}  `;
      const text = `${where}${eventId}  ${origin.type}  ${attempts} ×  ${occurredAt}  ${error.message.split('\n')[0]}`;
      show(deps, options, { message: eventId, state, attempts, ...facts }, text);
      printed += 1;
    }
    if (page.older === undefined) break;
    olderThan = page.older;
    left -= size;
  }
  return printed;
}

/** @returns how many. */
function printErrors(deps: CommandDeps, recoveries: readonly Recovery[], options: Options): number {
  const { groups } = groupFailures(recoveries, options.state, options.filter, options.limit);
  for (const { recovery, handler, errorName, errorCode, count, firstAt, lastAt } of groups) {
    const [first, last] = [firstAt, lastAt].map((at) => new Date(at).toISOString());
    const { name: group } = recovery.group;
    const text = `${String(count).padStart(6)} ×  ${errorCode ?? errorName}  in ${handler} of ${group}  ${first} to ${last}`;
    show(deps, options, { group, handler, error: errorName, code: errorCode, count, first, last }, text);
  }
  return groups.length;
}
