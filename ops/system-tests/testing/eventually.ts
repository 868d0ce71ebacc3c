import { setTimeout as pause } from 'node:timers/promises';

/** Far more than anything takes: only what never becomes true is to fail, on a machine that is busy with other work, too. */
const LIMIT_MS = 90_000;

const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
/** Of the time waited so far: whoever asked all the time would take the processor from what it waits for. */
const PAUSE_SHARE = 0.1;

/**
 * Asks again and again, ever less often, until there is an answer other than undefined or false; a failure is no answer yet.
 *
 * @throws Error that says what did not become true within the limit (a minute and a half).
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  limitMs = LIMIT_MS,
): Promise<Answer> {
  const from = performance.now();
  for (;;) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (failure) {
      cause = failure;
    }
    const waited = performance.now() - from;
    if (waited > limitMs) throw new Error(`This did not become true in time: ${what}`, { cause });
    await pause(Math.min(Math.max(waited * PAUSE_SHARE, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS));
  }
}
