import { randomUUID } from 'node:crypto';
import { EVERY_READ_MODEL } from '../../../shared-contracts/messages/control-events.ts';
import { requestOperation } from '../../../shared-contracts/runtime/operations/control-stream.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';
import { seeOperationThrough } from '../see-operation-through.ts';

/** Asks for one read model, or all in one pass, to be made anew from the streams while the present ones serve. */
export async function rebuild(
  deps: CommandDeps,
  names: readonly string[],
  options: Options,
): Promise<number> {
  const [model, ...others] = names;
  if (others.length > 0 || (model === undefined) !== options.all) {
    throw new BadOptions('Name one read model (see `read-models`), or give --all.');
  }
  const operationId = randomUUID();
  const target = model ?? EVERY_READ_MODEL;
  await requestOperation(deps.store, 'projections', {
    operationId,
    operation: 'rebuild',
    target,
    by: deps.operator,
  });
  if (options.wait) return seeOperationThrough(deps, 'projections', operationId, options);
  const text = `Asked for: ${operationId}. \`read-models\` tells how far it is, \`cancel ${operationId}\` takes it back.`;
  show(deps, options, { operationId, operation: 'rebuild', target }, text);
  return EXIT.done;
}
