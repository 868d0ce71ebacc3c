import type { Wanted } from '../recovery/find/selection.ts';
import { BadOptions, type Options } from './options.ts';

/** Which messages a command is for. @throws BadOptions where that is not said, or said twice. */
export function wantedOf(names: readonly string[], { all, filter }: Options): Wanted {
  const filtered = Object.keys(filter).length > 0;
  if (names.length > 0 && (all || filtered)) throw new BadOptions('Name messages, or give --all or filters.');
  if (names.length > 0) return { messages: names };
  if (all && filtered) throw new BadOptions('--all is for all; filters are for some.');
  if (!all && !filtered) throw new BadOptions('Name messages (see `parked`), or give filters, or --all.');
  return { filter };
}
