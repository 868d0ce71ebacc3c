import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildEnd, forkChild, type Program } from './child.ts';
import { deferred } from './deferred.ts';
import { StartError } from './start-error.ts';

/** Time limits of supervision, in milliseconds. */
export type SupervisionLimits = {
  /** How long a process may take until it says that it is ready. */
  readonly ready: number;
  /** How long a process may take to stop after SIGTERM before it is killed. */
  readonly stop: number;
  /** Delay before the first restart; it doubles with each restart in a row. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** A process that was ready for so long starts again with the first delay. */
  readonly steady: number;
};

export const SUPERVISION_LIMITS: SupervisionLimits = {
  ready: 60_000,
  stop: 20_000,
  firstDelay: 200,
  longestDelay: 10_000,
  steady: 30_000,
};

export type SupervisedProcess = {
  readonly name: string;
  /** Resolves when the process is ready for the first time; rejects with a StartError when it is not to be. */
  readonly ready: Promise<void>;
  /** Process id of the process that runs now, if one does. */
  pid(): number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Resolves the next time that the process becomes ready; rejects when it is stopped before that. */
  restarted(): Promise<void>;
  /** Asks the process to end, kills it after the limit, and resolves when it is gone for good. */
  stop(): Promise<void>;
  /** Kills the process at once and does not start it again. */
  killNow(): void;
};

const KILLED = 'killed';

/**
 * Keeps one process running: once it has been ready, it is started again with back-off whenever it ends. A process
 * that ends before it was ever ready is not: then something is wrong that a restart does not mend.
 *
 * @param log gets the process's output and one line about each restart
 */
export function superviseProcess(
  program: Program,
  limits: SupervisionLimits,
  log: { output(line: string): void; say(line: string): void },
): SupervisedProcess {
  const stopping = new AbortController();
  const first = deferred();
  let next = deferred();
  let current: Child | undefined;
  let everReady = false;

  async function runOnce(): Promise<{ end: ChildEnd; readyFor: number; late: boolean }> {
    const child = forkChild(program, log.output);
    current = child;
    const outcome = await firstOf(child, limits.ready);
    if (outcome === 'late') child.kill('SIGKILL');
    const readyAt = performance.now();
    if (outcome === 'ready') {
      if (everReady) log.say(`${program.name} is ready again.`);
      everReady = true;
      first.resolve();
      next.resolve();
      next = deferred();
    }
    const end = await child.ended;
    current = undefined;
    const readyFor = outcome === 'ready' ? performance.now() - readyAt : 0;
    return { end, readyFor, late: outcome === 'late' };
  }

  async function run(): Promise<void> {
    let delay = limits.firstDelay;
    while (!stopping.signal.aborted) {
      const { end, readyFor, late } = await runOnce();
      if (stopping.signal.aborted) {
        if (!end.clean && stopping.signal.reason !== KILLED)
          log.say(`${program.name} did not stop by itself: it ended ${end.how}.`);
        break;
      }
      const problem = late ? `was not ready within ${limits.ready / 1000} s` : `ended ${end.how}`;
      if (!everReady) {
        first.reject(
          new StartError(
            end.sentence ?? `${program.name} ${problem} before it was ready; its last lines say why.`,
          ),
        );
        return;
      }
      if (readyFor >= limits.steady) delay = limits.firstDelay;
      log.say(
        `${program.name} ${problem}; it is started again in ${delay / 1000} s.${end.sentence ? ` ${end.sentence}` : ''}`,
      );
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => {});
      delay = Math.min(delay * 2, limits.longestDelay);
    }
    const stopped = new StartError(`${program.name} was stopped.`);
    first.reject(stopped);
    next.reject(stopped);
  }

  const running = run();
  return {
    name: program.name,
    ready: first.promise,
    pid: () => current?.pid,
    kill: (signal) => current?.kill(signal),
    restarted: () => next.promise,
    async stop() {
      stopping.abort();
      const child = current;
      child?.kill('SIGTERM');
      const limit = setTimeout(() => child?.kill('SIGKILL'), limits.stop);
      await running;
      clearTimeout(limit);
    },
    killNow() {
      stopping.abort(KILLED);
      current?.kill('SIGKILL');
    },
  };
}

async function firstOf(child: Child, limitMs: number): Promise<'ready' | 'ended' | 'late'> {
  const limit = new AbortController();
  try {
    return await Promise.race([
      child.ready.then(() => 'ready' as const),
      child.ended.then(() => 'ended' as const),
      sleep(limitMs, 'late' as const, { signal: limit.signal }),
    ]);
  } finally {
    limit.abort();
  }
}
