import { CommandError } from '../errors.ts';
import type { Doc } from '../values/value.ts';
import { type Call, deadlineOf } from './command.ts';

/** Longest time, in milliseconds, that the writes of one command keep others waiting in one transaction. */
const TRANSACTION_MS = 40;
const TRANSACTION_WRITES = 1000;

/**
 * Carries out the writes of one command, many in one transaction. Resolves when they are on disk.
 *
 * @param ordered whether the first refusal ends it
 * @param write carries out one of them; gives back false when it ran out of time (as `performance.now()` tells it) and wants
 *   to be called again in another transaction
 * @returns a write error for each write that was refused, as MongoDB words it
 */
export async function runWrites(
  call: Call,
  count: number,
  ordered: boolean,
  write: (index: number, until: number) => boolean,
): Promise<Doc[]> {
  const errors: Doc[] = [];
  let index = 0;
  const deadline = deadlineOf(call.body);
  while (index < count) {
    if (Date.now() > deadline) throw new CommandError(50, 'operation exceeded time limit');
    await call.node.catalog.find(call.database, String(call.body[call.name]))?.building;
    await call.node.store.write(() => {
      const until = performance.now() + TRANSACTION_MS;
      const last = Math.min(count, index + TRANSACTION_WRITES);
      while (index < last && performance.now() < until) {
        const at = index;
        try {
          if (!write(at, until)) return;
          index += 1;
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          errors.push(writeError(at, error));
          index = ordered ? count : at + 1;
        }
      }
    });
  }
  return errors;
}

function writeError(index: number, error: CommandError): Doc {
  return { index, code: error.code, errmsg: error.message, ...error.details };
}

export const withErrors = (reply: Doc, errors: readonly Doc[]): Doc =>
  errors.length === 0 ? reply : { ...reply, writeErrors: errors };
