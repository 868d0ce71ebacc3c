import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 15_000;

/**
 * Asks again and again until there is an answer other than undefined or false.
 *
 * @throws Error that says what did not become true within fifteen seconds.
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
): Promise<Answer> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > until) throw new Error(`This did not become true in time: ${what}`);
    await pause(10);
  }
}
