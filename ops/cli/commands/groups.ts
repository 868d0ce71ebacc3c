import { FAILED_STATES } from '../../../shared-contracts/messages/failed-message-state.ts';
import { readFigures } from '../../observe/group-figures.ts';
import { judgeGroup } from '../../observe/group-state.ts';
import { readServiceReports, saidOfGroup } from '../../observe/service-reports.ts';
import { Ledger } from '../../recovery/ledger/ledger.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import type { Options } from '../options.ts';

/** Every group: how it is, how far behind, and how many of its messages are in which state. */
export async function groups(deps: CommandDeps, options: Options): Promise<number> {
  const { store } = deps;
  const [figures, reports] = await Promise.all([
    readFigures(store, deps.groups),
    readServiceReports(deps.urls),
  ]);
  for (const { name, service } of deps.groups) {
    const ledger = new Ledger(store, name);
    await ledger.readToEnd();
    const counts = Object.fromEntries(FAILED_STATES.map((state) => [state, ledger.index.count(state)]));
    const seen = figures.get(name);
    if (seen === undefined) continue;
    const { instances, inFlight, lag, lagMs } = seen;
    const waiting = ledger.index.count('waiting');
    const { state, reason } = judgeGroup({ ...seen, stillForMs: 0 }, saidOfGroup(reports, name), waiting);
    const failed = FAILED_STATES.map((each) => `${ledger.index.count(each)} ${each}`).join(', ');
    const flow = `${instances} connected, ${inFlight} in flight, ${lag}${seen.lagIsMore ? '+' : ''} behind`;
    const text = `${name.padEnd(28)} ${state.padEnd(8)} ${flow}; ${failed}${reason && `  (${reason})`}`;
    const figuresShown = { instances, inFlight, lag, lagMs };
    show(deps, options, { service, group: name, state, reason, ...figuresShown, ...counts }, text);
  }
  return EXIT.done;
}
