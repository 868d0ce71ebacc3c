import { setTimeout as pause } from 'node:timers/promises';

const TRIES = 4;
const PAUSE_MS = 1000;
const LIMIT_MS = 10 * 60 * 1000;

/**
 * Asks the page of an embedded node for something that no protocol has a word for.
 *
 * @returns what it answered; undefined where nothing answers there, or something that is no node of ours.
 */
export async function askNode(
  pageUrl: string,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      const response = await fetch(new URL(path, pageUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      if (!response.ok) {
        await response.arrayBuffer();
        if (response.status < 500) return undefined;
      } else return Object(await response.json());
    } catch {
      // Not there, or not for now.
    }
    if (tries < TRIES) await pause(PAUSE_MS);
  }
  return undefined;
}
