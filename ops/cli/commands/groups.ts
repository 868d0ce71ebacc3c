import { FAILED_STATES } from '../../../shared-contracts/messages/failed-message-state.ts';
import { Ledger } from '../../recovery/ledger.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import type { Options } from '../options.ts';

/** Every group and how many of its messages are in which state. */
export async function groups(deps: CommandDeps, options: Options): Promise<number> {
  for (const { name, service } of deps.groups) {
    const ledger = new Ledger(deps.store, name);
    await ledger.readToEnd();
    const counts = Object.fromEntries(FAILED_STATES.map((state) => [state, ledger.index.count(state)]));
    const text = FAILED_STATES.map((state) => `${ledger.index.count(state)} ${state}`).join(', ');
    show(deps, options, { service, group: name, ...counts }, `${name.padEnd(26)} ${text}`);
  }
  return EXIT.done;
}
