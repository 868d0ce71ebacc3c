import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { hasEnded } from '../../../shared-contracts/runtime/operations/operation-state.ts';
import { plural } from '../../../shared-contracts/runtime/plural.ts';
import { type Erasure, progressOf, readErasure, requestErasure } from '../../erasure/erasures.ts';
import { leftByHand, STEP_NAMES } from '../../erasure/step-sentences.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';

const LOOK_EVERY_MS = 250;

/** Erases whoever is known under an address, and stays until that is done. What is printed does not tell the address. */
export async function erase(deps: CommandDeps, names: readonly string[], options: Options): Promise<number> {
  const [email, ...others] = names;
  if (email === undefined || others.length > 0) throw new BadOptions('Name one e-mail address.');
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new BadOptions('That is not an e-mail address.');
  const erasureId = randomUUID();
  await requestErasure(deps.store, deps.secrets, { erasureId, email, by: deps.operator });
  for (;;) {
    const found = await readErasure(deps.store, erasureId);
    if (found !== undefined) {
      const { operation, erasure } = found;
      const { done, total } = progressOf(erasure);
      deps.status?.(`${done} of ${total} steps`);
      if (hasEnded(operation)) {
        deps.status?.('');
        if (operation.condition === 'done') {
          show(deps, options, { ...erasure, condition: 'done' }, sentenceOf(erasure));
          return EXIT.done;
        }
        const why = operation.detail ?? 'It was taken back.';
        show(deps, options, { ...erasure, condition: operation.condition, detail: why }, why);
        return EXIT.notPossible;
      }
    }
    if (deps.stop.aborted) {
      deps.complain(`The erasure ${erasureId} goes on without you; \`erasures\` tells how far it is.`);
      return EXIT.notPossible;
    }
    await pause(LOOK_EVERY_MS);
  }
}

function sentenceOf({ erasureId, begunAt, issues, subjects, steps }: Erasure): string {
  if (begunAt === null)
    return 'An earlier erasure of this address had failed half way and is done now: see `erasures`.';
  const lines = [
    `Erased: ${plural(issues, 'issue')}, ${plural(subjects.length, 'key')} (erasure ${erasureId}).`,
    ...steps.flatMap(({ step, count, outOfReach }) => {
      const left = leftByHand(step, outOfReach);
      if (left !== undefined) return [`  ${STEP_NAMES[step]}: ${left}`];
      return count > 0 ? [`  ${STEP_NAMES[step]}: ${count}`] : [];
    }),
  ];
  return lines.join('\n');
}
