import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { NotPossible } from '../../../shared-contracts/errors/not-possible.ts';
import { plural } from '../../../shared-contracts/runtime/plural.ts';
import type { Wanted } from '../../recovery/find/selection.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { planReplay } from '../../recovery/replay/plan-replay.ts';
import { startReplay } from '../../recovery/replay/replay.ts';
import { replayEdited } from '../../recovery/replay/replay-edited.ts';
import { type CommandDeps, EXIT, type GroupCommand, show } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';
import { seeThrough } from '../see-through.ts';
import { wantedOf } from '../wanted.ts';

/** Failed messages are handled again: those that are named, those that pass the filters, or all that wait. */
export const replay: GroupCommand = async (deps, recovery, names, options) => {
  if (options.data !== undefined) return replayWithData(deps, recovery, names, options, options.data);
  const wanted = wantedOf(names, options);
  if (options.dryRun) return plan(deps, recovery, wanted, options);
  const request = { by: deps.operator, commandId: randomUUID() };
  const started = await startReplay(recovery, wanted, request);
  if (started === undefined) {
    if (names.length > 0) {
      deps.complain('None of these is a failed message of this group that could be replayed (see `parked`).');
      return EXIT.notPossible;
    }
    show(deps, options, { replay: null, total: 0 }, 'Nothing of that waits.');
    return EXIT.done;
  }
  return seeThrough(deps, recovery, started.batch, options);
};

/** Replays one message with the data in a file, once. */
async function replayWithData(
  deps: CommandDeps,
  recovery: Recovery,
  names: readonly string[],
  options: Options,
  file: string,
): Promise<number> {
  const [eventId, ...others] = names;
  if (eventId === undefined || others.length > 0) throw new BadOptions('--data is for one message.');
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new NotPossible(`${file} does not hold JSON that can be read.`, { cause });
  }
  const request = { by: deps.operator, commandId: randomUUID() };
  return seeThrough(deps, recovery, await replayEdited(recovery, eventId, data, request), options);
}

async function plan(
  deps: CommandDeps,
  recovery: Recovery,
  wanted: Wanted,
  options: Options,
): Promise<number> {
  const { total, gone, examples } = await planReplay(recovery, wanted);
  const lines = [
    `${plural(total, 'message')} would be replayed.`,
    ...(gone === 0 ? [] : [`The events of ${gone} of them no longer exist; their replay would only fail:`]),
    ...examples.map(({ eventId, type, revision, stream }) => `${eventId}  ${type}  ${revision}@${stream}`),
  ];
  show(deps, options, { dryRun: true, total, gone, examples }, lines.join('\n'));
  return EXIT.done;
}
