import { plural } from '../../../shared-contracts/runtime/plural.ts';
import { tidy as truncate } from '../../recovery/parked/tidy.ts';
import { EXIT, type GroupCommand, show } from '../command.ts';

/** Lets the store forget what is resolved at the beginning of the parked stream. */
export const tidy: GroupCommand = async (deps, recovery, _names, options) => {
  const { name } = recovery.group;
  const truncated = await truncate(recovery);
  show(
    deps,
    options,
    { group: name, truncated },
    `${name.padEnd(26)} ${plural(truncated, 'entry', 'entries')} gone`,
  );
  return EXIT.done;
};
