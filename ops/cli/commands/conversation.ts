import { plural } from '../../../shared-contracts/runtime/plural.ts';
import { linesOf, serviceOf, treeOf } from '../../observe/conversation.ts';
import { readConversation } from '../../observe/read-conversation.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import { showEventLine } from '../event-line.ts';
import { BadOptions, type Options } from '../options.ts';

const FARTHEST = 20;

/** Everything with one correlation id over all services, each event under what caused it. */
export async function conversation(
  deps: CommandDeps,
  names: readonly string[],
  options: Options,
): Promise<number> {
  const [correlationId, ...others] = names;
  if (correlationId === undefined || others.length > 0) throw new BadOptions('Name one correlation id.');
  const since = options.filter.from === undefined ? undefined : new Date(options.filter.from);
  const found = await readConversation(deps.store, correlationId, { times: FARTHEST, since });
  for (const { event, depth } of linesOf(treeOf(found.events))) {
    const at = { stream: event.stream, revision: event.revision };
    showEventLine(deps, options, { at, isLink: false, event }, depth);
  }
  if (found.search !== undefined && !found.search.complete) {
    const { lookedAt, reached } = found.search;
    deps.complain(
      `The store keeps no stream of each conversation; the newest ${plural(lookedAt, 'event was', 'events were')} looked at, back to ${reached?.toISOString() ?? 'nothing'}.`,
    );
  }
  if (found.more) deps.complain('There is more of it than is shown.');
  if (found.events.length === 0) {
    deps.complain('Nothing of this conversation was found.');
    return EXIT.notPossible;
  }
  if (!options.json) {
    const services = new Set(found.events.map(({ stream }) => serviceOf(stream)).filter(Boolean));
    deps.print(`${plural(found.events.length, 'event')} over ${[...services].join(', ')}`);
  }
  return EXIT.done;
}
