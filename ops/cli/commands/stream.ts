import { browse, type Cursor, type Subject } from '../../observe/browse.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import { showEventLine } from '../event-line.ts';
import { BadOptions, type Options } from '../options.ts';

const AT_ONCE = 100;

/** The events of a stream, of a category (`issue-`) or of a type (`--type IssueReported`), as far as the limit goes. */
export async function stream(deps: CommandDeps, names: readonly string[], options: Options): Promise<number> {
  const subject = subjectOf(names, options);
  const direction = options.backwards ? 'backwards' : 'forwards';
  let left = options.limit;
  let from: Cursor | undefined;
  do {
    const page = await browse(deps.store, subject, { direction, from, size: Math.min(left, AT_ONCE) });
    if (page.source === 'missing' || page.source === 'deleted') {
      deps.complain(
        `${names[0]}: ${page.source === 'missing' ? 'there is no such stream' : 'it was deleted'}.`,
      );
      return EXIT.notPossible;
    }
    for (const entry of page.entries) showEventLine(deps, options, entry);
    left -= page.entries.length;
    from = page.next;
  } while (from !== undefined && left > 0 && !deps.stop.aborted);
  return EXIT.done;
}

function subjectOf(names: readonly string[], { filter }: Options): Subject {
  const [name, ...others] = names;
  const { eventType } = filter;
  if (others.length > 0 || (name === undefined) === (eventType === undefined)) {
    throw new BadOptions('Name one stream, or a category that ends in "-", or give --type.');
  }
  if (name === undefined) return { kind: 'type', name: eventType ?? '' };
  return name.endsWith('-') ? { kind: 'category', name: name.slice(0, -1) } : { kind: 'stream', name };
}
