import { setTimeout as pause } from 'node:timers/promises';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';

/**
 * Waits for what the read models answer, but not for ever: a server that is frozen keeps its connections and never answers.
 *
 * @throws PageError 503 when the limit has passed.
 */
export async function inTime<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  const done = new AbortController();
  const late = async (): Promise<never> => {
    await pause(limitMs, undefined, { signal: done.signal });
    throw new PageError(503, 'The read models do not answer in time. Try again in a minute.', {
      code: 'read-models-slow',
    });
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    done.abort();
  }
}
