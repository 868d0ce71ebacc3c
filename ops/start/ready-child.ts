import type { ChildMessage } from './child-messages.ts';

/** What runs in a child process: the ports it listens on, and how it ends cleanly. */
export type Started = { readonly ports: Readonly<Record<string, number>>; close(): Promise<void> };

const CLOSE_LIMIT_MS = 8000;

/**
 * Runs the launcher's protocol in a child process that hosts nodes: says `ready` or `failed`, and on SIGTERM, or
 * when the launcher is gone, closes what was started and exits.
 */
export async function runReadyChild(
  start: () => Promise<Started>,
  sentenceFor: (error: unknown) => string,
): Promise<void> {
  // Ctrl-C in a terminal reaches every process of the group; the launcher says by SIGTERM whose turn it is.
  process.on('SIGINT', () => {});
  // Without the launcher nobody reads what is printed; that must not end the process before it has closed its files.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});

  let asked = false;
  const stopAsked = new Promise<void>((resolve) => {
    const stop = () => {
      asked = true;
      resolve();
    };
    process.once('SIGTERM', stop);
    process.once('disconnect', stop);
    if (!process.connected) stop();
  });

  let started: Started;
  try {
    started = await start();
  } catch (error) {
    if (!asked) {
      console.error(error);
      await tell({ type: 'failed', message: sentenceFor(error) });
    }
    process.exit(1);
  }
  await tell({ type: 'ready', ports: started.ports });
  await stopAsked;
  const limit = setTimeout(() => {
    console.error(`It did not close within ${CLOSE_LIMIT_MS / 1000} s.`);
    process.exit(1);
  }, CLOSE_LIMIT_MS);
  await started.close();
  clearTimeout(limit);
  process.exit(0);
}

/** Sends a message and waits until it is on its way, since an exit would drop it. */
function tell(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    process.send(message, () => resolve());
  });
}
