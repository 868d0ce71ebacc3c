import {
  type AllStreamSubscription,
  END,
  type StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';
import { heardBy } from '../../observe/group-figures.ts';
import { observeEntry } from '../../observe/observed-event.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import { showEventLine } from '../event-line.ts';
import { BadOptions, type Options } from '../options.ts';

/** Follows what a group hears, a stream, or everything, from now on, a line for each event; until it is interrupted. */
export async function tail(deps: CommandDeps, names: readonly string[], options: Options): Promise<number> {
  const subscription = subscribe(deps, names, options);
  // Ends the loop; the client would otherwise hold on until its connection ends.
  const leave = () => void subscription.push(null);
  deps.stop.addEventListener('abort', leave, { once: true });
  let left = options.count ?? Number.POSITIVE_INFINITY;
  try {
    if (left > 0 && !deps.stop.aborted) {
      for await (const resolved of subscription) {
        const entry = await observeEntry(deps.store, resolved);
        if (entry === undefined) continue;
        showEventLine(deps, options, entry);
        left -= 1;
        if (left <= 0) break;
      }
    }
    return EXIT.done;
  } finally {
    deps.stop.removeEventListener('abort', leave);
    subscription.on('error', () => undefined);
    await subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}

function subscribe(
  { store, groups }: CommandDeps,
  names: readonly string[],
  { all }: Options,
): AllStreamSubscription | StreamSubscription {
  const [name, ...others] = names;
  if (others.length > 0 || (name === undefined) !== all)
    throw new BadOptions('Name one group or one stream, or give --all.');
  if (name === undefined) {
    return store.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ regex: '^[^$]' }),
    });
  }
  const group = groups.find((known) => known.name === name);
  if (group === undefined) return store.client.subscribeToStream(name, { fromRevision: END });
  return store.client.subscribeToAll({
    fromPosition: END,
    filter: streamNameFilter({ prefixes: heardBy(group) }),
  });
}
