import type { ServiceName } from '../../../shared-contracts/messages/names.ts';
import {
  readOperations,
  cancelOperation as takeBack,
} from '../../../shared-contracts/runtime/operations/control-stream.ts';
import { hasEnded } from '../../../shared-contracts/runtime/operations/operation-state.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import type { Options } from '../options.ts';

const SERVICES: readonly ServiceName[] = ['customer', 'backoffice', 'projections'];

/** Takes back what a service was asked for. */
export async function cancelOperation(
  deps: CommandDeps,
  operationId: string,
  options: Options,
): Promise<number> {
  for (const service of SERVICES) {
    const state = (await readOperations(deps.store, service)).get(operationId);
    if (state === undefined) continue;
    if (hasEnded(state)) {
      deps.complain(`It has ended already: ${state.condition}.`);
      return EXIT.notPossible;
    }
    await takeBack(deps.store, service, operationId, deps.operator);
    show(deps, options, { operationId, service, cancelled: true }, 'Taken back; it stops within a second.');
    return EXIT.done;
  }
  deps.complain(`No service was asked for ${operationId}.`);
  return EXIT.notPossible;
}
