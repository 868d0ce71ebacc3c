import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until there is an answer; after the limit the last failure is thrown. */
export async function eventually<Answer>(
  ask: () => Promise<Answer | undefined>,
  what: string,
  limitMs = 20_000,
): Promise<Answer> {
  const until = Date.now() + limitMs;
  for (;;) {
    let failure: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > until) {
      throw new Error(
        `${what}: still not after ${limitMs} ms`,
        failure === undefined ? {} : { cause: failure },
      );
    }
    await pause(25);
  }
}
