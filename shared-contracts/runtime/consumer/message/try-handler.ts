import { setTimeout as sleep } from 'node:timers/promises';
import { classify, DeadlineExceeded } from '../errors.ts';

/** The time that a handler's tries go by; tests bring one that does not take any. */
export type Clock = {
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  /** Resolves after that many milliseconds, or once the signal aborts. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

export type TryOptions = {
  /** Milliseconds for one try. */
  readonly deadlineMs: number;
  /** Milliseconds for all tries of one message together; an outage is told apart and does not count. */
  readonly budgetMs: number;
  /** Milliseconds that an outage is waited out with the message in hand. */
  readonly patienceMs: number;
  /** Aborts when the service stops: nothing is waited out then. */
  readonly stopping: AbortSignal;
  /** Told of every try that failed and will be repeated. */
  readonly onRetry: (error: unknown, tries: number) => void;
};

export type Tried =
  | { readonly kind: 'handled'; readonly tries: number }
  | { readonly kind: 'failed'; readonly tries: number; readonly error: unknown }
  /** What the handler depends on is down, for longer than our patience: nothing is wrong with the message. */
  | { readonly kind: 'outage'; readonly error: unknown }
  /** The service stops before the message could be handled: leave it to the next one. */
  | { readonly kind: 'left' };

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

const REAL_TIME: Clock = {
  now: () => performance.now(),
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** Tries a handler until it works, cannot work, or has used up its time; pauses grow and are jittered. */
export async function tryHandler(
  handle: (signal: AbortSignal) => Promise<void>,
  options: TryOptions,
  clock: Clock = REAL_TIME,
): Promise<Tried> {
  let giveUpAt = clock.now() + options.budgetMs;
  let outageSince: number | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      await withDeadline(handle, options.deadlineMs);
      return { kind: 'handled', tries };
    } catch (error) {
      const kind = classify(error);
      const delay = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      if (kind === 'poison' || (kind === 'retry' && clock.now() + delay > giveUpAt)) {
        return { kind: 'failed', tries, error };
      }
      if (options.stopping.aborted) return { kind: 'left' };
      outageSince = kind === 'outage' ? (outageSince ?? clock.now()) : undefined;
      if (outageSince !== undefined && clock.now() - outageSince > options.patienceMs) {
        return { kind: 'outage', error };
      }
      options.onRetry(error, tries);
      await clock.pause(delay, options.stopping);
      // What the outage took is not the message's: it has its whole budget once the outage is over.
      if (kind === 'outage') giveUpAt = clock.now() + options.budgetMs;
    }
  }
}

/** @throws DeadlineExceeded when the handler has not ended in time; its signal then aborts. */
export async function withDeadline(
  handle: (signal: AbortSignal) => Promise<void>,
  milliseconds: number,
): Promise<void> {
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineExceeded(milliseconds);
      reject(error);
      deadline.abort(error);
    }, milliseconds);
  });
  try {
    await Promise.race([handle(deadline.signal), passed]);
  } finally {
    clearTimeout(timer);
  }
}
