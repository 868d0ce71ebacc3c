const LIMIT_MS = 30_000;
const PAUSE_MS = 10;

/**
 * For tests: asks again and again until the answer is not undefined, null or false.
 *
 * @param what is waited for, for the error
 * @throws Error when that takes too long
 */
export async function waitFor<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
