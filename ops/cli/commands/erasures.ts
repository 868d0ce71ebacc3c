import { plural } from '../../../shared-contracts/runtime/plural.ts';
import { listErasures } from '../../erasure/erasures.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import type { Options } from '../options.ts';

/** Every erasure with the subjects whose keys it deleted: what is to be erased again from a backup that was made before. */
export async function erasures(deps: CommandDeps, options: Options): Promise<number> {
  const erasures = await listErasures(deps.store);
  if (erasures.length === 0 && !options.json) deps.print('Nobody has been erased.');
  for (const erasure of erasures) {
    const { erasureId, by, begunAt, endedAt, subjects, issues } = erasure;
    const ended = endedAt === null ? 'under way' : `ended ${endedAt}`;
    const text = `${erasureId}  begun ${begunAt}, ${ended}, ${plural(issues, 'issue')}, ${plural(subjects.length, 'key')}, asked for by ${by}`;
    show(deps, options, { ...erasure }, text);
  }
  return EXIT.done;
}
