import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 30_000;

/** The first answers are asked for quickly; whoever goes on asking takes the processor from what it waits for. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const GROWTH = 1.5;

/**
 * Asks again and again, ever less often, until there is an answer other than undefined or false; a failure is no answer yet.
 *
 * @throws Error that says what did not become true within the limit (thirty seconds).
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  limitMs = LIMIT_MS,
): Promise<Answer> {
  const until = performance.now() + limitMs;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * GROWTH, LONGEST_PAUSE_MS)) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (failure) {
      cause = failure;
    }
    if (performance.now() > until) throw new Error(`This did not become true in time: ${what}`, { cause });
    await pause(wait);
  }
}
