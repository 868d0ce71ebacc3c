// The load while faults happen: customers report issues at a steady rate and write about some or close them, employees work
// others.
import { setTimeout as pause } from 'node:timers/promises';
import type { SystemUrls } from '../../../start/plan.ts';
import { type Answered, createPeople, type Reported } from './people.ts';

export type LoadResult = {
  readonly answered: readonly Answered[];
  readonly failures: number;
  /** Paths of the tracking pages of issues that were worked to their end. */
  readonly resolved: readonly string[];
};

export type Load = {
  /** How many issues were reported so far. */
  reported(): number;
  /** What was answered so far. */
  answered(): readonly Answered[];
  /** Nobody reports, writes about or closes an issue any more, while employees go on; resolves when that is over. */
  customersLeave(): Promise<void>;
  /** Begins nothing more, and resolves when everything that was begun is answered or given up. */
  stop(): Promise<LoadResult>;
};

export type LoadOptions = {
  /** Issues reported in a second. */
  readonly rate: number;
  readonly employees: number;
  /** Whether customers write about their issues, too. */
  readonly replies: boolean;
};

const AT_ONCE = 20;
const LOOK_AGAIN_MS = 50;
/** How long a form is sent again after the load has ended. */
const PATIENCE_MS = 30_000;

/** Ends with the test at the latest. */
export function startLoad(
  t: { teardown(undo: () => Promise<void>): void },
  urls: SystemUrls,
  { rate, employees, replies }: LoadOptions,
): Load {
  const people = createPeople(urls);
  const ending = new AbortController();
  const leaving = new AbortController();
  const toWork: Reported[] = [];
  const toReply: Reported[] = [];
  const toClose: Reported[] = [];
  let reported = 0;

  const report = async (number: number) => {
    const issue = await people.report(number);
    if (issue === undefined) return;
    reported += 1;
    if (number % 4 === 1) toWork.push(issue);
    if (number % 4 === 2 && replies) toReply.push(issue);
    if (number % 4 === 3) toClose.push(issue);
  };

  const reportAtRate = async () => {
    const reporting = new Set<Promise<void>>();
    const from = performance.now();
    for (let begun = 0; !leaving.signal.aborted; ) {
      const due = Math.floor(((performance.now() - from) / 1000) * rate);
      // Who waits for an answer is not overtaken by more and more others.
      if (begun < due && reporting.size < AT_ONCE) {
        const running = report(begun);
        begun += 1;
        reporting.add(running);
        void running.finally(() => reporting.delete(running)).catch(() => undefined);
      } else await pause(10);
    }
    await Promise.all(reporting);
  };

  const customers = Promise.all([
    reportAtRate(),
    inTurn(toReply, leaving.signal, people.reply),
    inTurn(toClose, leaving.signal, people.close),
  ]);
  const working = Array.from({ length: employees }, () => inTurn(toWork, ending.signal, people.work));
  const everybody = Promise.all([customers, ...working]);
  // Who fails before the load is stopped is heard by whoever stops it.
  everybody.catch(() => undefined);

  const stop = async (patienceMs: number) => {
    leaving.abort();
    ending.abort();
    people.giveUpAt(performance.now() + patienceMs);
    await everybody;
  };
  t.teardown(() => stop(0).catch(() => undefined));
  return {
    reported: () => reported,
    answered: () => people.answered,
    customersLeave: async () => {
      leaving.abort();
      await customers;
    },
    stop: async () => {
      await stop(PATIENCE_MS);
      return { answered: people.answered, failures: people.failures(), resolved: people.resolved };
    },
  };
}

/** Takes one after the other from the queue until the signal aborts. */
async function inTurn(
  queue: Reported[],
  until: AbortSignal,
  task: (reported: Reported) => Promise<void>,
): Promise<void> {
  while (!until.aborted) {
    const next = queue.shift();
    if (next === undefined) await pause(LOOK_AGAIN_MS);
    else await task(next);
  }
}
