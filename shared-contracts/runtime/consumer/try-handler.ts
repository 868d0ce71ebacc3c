import { setTimeout as pause } from 'node:timers/promises';
import { classify, DeadlineExceeded } from './errors.ts';

export type TryOptions = {
  /** Milliseconds for one try. */
  readonly deadlineMs: number;
  /** Milliseconds for all tries of one message together; an outage is waited out beyond it. */
  readonly budgetMs: number;
  /** Aborts when the service stops: an outage is then not waited out. */
  readonly stopping: AbortSignal;
  /** Told of every try that failed and will be repeated. */
  readonly onRetry: (error: unknown, tries: number) => void;
};

export type Tried =
  | { readonly kind: 'handled'; readonly tries: number }
  | { readonly kind: 'failed'; readonly tries: number; readonly error: unknown }
  /** The service stops while a dependency is down: leave the message to the next one. */
  | { readonly kind: 'left' };

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Tries a handler until it works, cannot work, or has used up its time; pauses grow and are jittered. */
export async function tryHandler(
  handle: (signal: AbortSignal) => Promise<void>,
  options: TryOptions,
): Promise<Tried> {
  const giveUpAt = Date.now() + options.budgetMs;
  for (let tries = 1; ; tries += 1) {
    try {
      await withDeadline(handle, options.deadlineMs);
      return { kind: 'handled', tries };
    } catch (error) {
      const kind = classify(error);
      const delay = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      if (kind === 'poison' || (kind === 'retry' && Date.now() + delay > giveUpAt)) {
        return { kind: 'failed', tries, error };
      }
      if (options.stopping.aborted) return { kind: 'left' };
      options.onRetry(error, tries);
      await pause(delay, undefined, { signal: options.stopping }).catch(() => undefined);
    }
  }
}

async function withDeadline(
  handle: (signal: AbortSignal) => Promise<void>,
  milliseconds: number,
): Promise<void> {
  const signal = AbortSignal.timeout(milliseconds);
  const passed = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new DeadlineExceeded(milliseconds)), { once: true });
  });
  await Promise.race([handle(signal), passed]);
}
