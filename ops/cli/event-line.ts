import type { ObservedEntry } from '../observe/observed-event.ts';
import { type CommandDeps, show } from './command.ts';
import type { Options } from './options.ts';

/** Prints an event as a line, or with `--json` whole; `indent` puts it under what caused it. */
export function showEventLine(deps: CommandDeps, options: Options, entry: ObservedEntry, indent = 0): void {
  const { at, isLink, event } = entry;
  if (event === undefined) {
    show(
      deps,
      options,
      { link: at, gone: true },
      `${at.revision}@${at.stream}  a link to what no longer exists`,
    );
    return;
  }
  const { stream, revision, id, type, writtenAt, data, metadata, notDecoded } = event;
  const by = event.ours === undefined ? '' : `  ${event.ours.actor}`;
  const problem = notDecoded === undefined ? '' : `  (as stored: ${notDecoded})`;
  const place = `${'  '.repeat(indent)}${type.padEnd(22)} ${revision}@${stream}`;
  const told = { stream, revision, id, type, writtenAt, data, metadata };
  show(
    deps,
    options,
    { ...told, ...(isLink ? { link: at } : {}), ...(notDecoded === undefined ? {} : { notDecoded }) },
    `${writtenAt.toISOString()}  ${place}${by}${problem}`,
  );
}
