import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '../../shared-contracts/messages/names.ts';
import { readOperations } from '../../shared-contracts/runtime/operations/control-stream.ts';
import {
  type OperationProgress,
  progressSince,
} from '../../shared-contracts/runtime/operations/operation-progress.ts';
import { hasEnded, type OperationState } from '../../shared-contracts/runtime/operations/operation-state.ts';
import { plural } from '../../shared-contracts/runtime/plural.ts';
import { type CommandDeps, EXIT, show } from './command.ts';
import type { Options } from './options.ts';

const LOOK_EVERY_MS = 250;

/** Stays until a service has ended what it was asked for, and shows how far it is. */
export async function seeOperationThrough(
  deps: CommandDeps,
  service: ServiceName,
  operationId: string,
  options: Options,
): Promise<number> {
  let first: { readonly done: number; readonly at: number } | undefined;
  for (;;) {
    const state = (await readOperations(deps.store, service)).get(operationId);
    if (state !== undefined && hasEnded(state)) {
      deps.status?.('');
      show(deps, options, { ...state }, sentenceOf(state));
      return state.condition === 'done' ? EXIT.done : EXIT.notPossible;
    }
    if (state !== undefined && state.done > 0) {
      const now = performance.now();
      first ??= { done: state.done, at: now };
      deps.status?.(progressText(progressSince(state, first.done, (now - first.at) / 1000)));
    }
    if (deps.stop.aborted) return EXIT.notPossible;
    await pause(LOOK_EVERY_MS);
  }
}

/** Events, percent, rate and time left, in one line. */
export function progressText({ done, percent, rate, timeLeft }: OperationProgress): string {
  return [
    plural(done, 'event'),
    percent === null ? undefined : `${Math.floor(percent)} %`,
    rate === null ? undefined : `${Math.round(rate)} a second`,
    timeLeft === null ? undefined : `${Math.ceil(timeLeft)} s left`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function sentenceOf({ operationId, operation, target, condition, done, detail }: OperationState): string {
  const why = detail === null ? '' : ` ${detail}`;
  switch (condition) {
    case 'done':
      return `The ${operation} of ${target} is done: ${plural(done, 'event')}.`;
    case 'cancelled':
      return `The ${operation} of ${target} was cancelled; the read models are as they were.`;
    default:
      return `The ${operation} ${operationId} of ${target} failed.${why}`;
  }
}
