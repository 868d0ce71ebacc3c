import { randomUUID } from 'node:crypto';
import { planReplay } from '../../recovery/plan-replay.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { startReplay } from '../../recovery/replay.ts';
import type { Wanted } from '../../recovery/selection.ts';
import { type CommandDeps, EXIT, type GroupCommand, show } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';
import { seeThrough } from '../see-through.ts';

/** Failed messages are handled again: those that are named, those that pass the filters, or all that wait. */
export const replay: GroupCommand = async (deps, recovery, names, options) => {
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

function wantedOf(names: readonly string[], { all, filter }: Options): Wanted {
  const filtered = Object.keys(filter).length > 0;
  if (names.length > 0 && (all || filtered)) throw new BadOptions('Name messages, or give --all or filters.');
  if (names.length > 0) return { messages: names };
  if (all && filtered) throw new BadOptions('--all is for all; filters are for some.');
  if (!all && !filtered) throw new BadOptions('Name messages (see `parked`), or give filters, or --all.');
  return { filter };
}

async function plan(
  deps: CommandDeps,
  recovery: Recovery,
  wanted: Wanted,
  options: Options,
): Promise<number> {
  const { total, gone, examples } = await planReplay(recovery, wanted);
  const lines = [
    `${total} ${total === 1 ? 'message' : 'messages'} would be replayed.`,
    ...(gone === 0 ? [] : [`The events of ${gone} of them no longer exist; their replay would only fail:`]),
    ...examples.map(({ eventId, type, revision, stream }) => `${eventId}  ${type}  ${revision}@${stream}`),
  ];
  show(deps, options, { dryRun: true, total, gone, examples }, lines.join('\n'));
  return EXIT.done;
}
