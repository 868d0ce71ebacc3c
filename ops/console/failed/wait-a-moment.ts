import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 1500;

/** What some work comes to, if that is soon; else it goes on and the answer is undefined. */
export function waitAMoment<Result>(work: Promise<Result>): Promise<Result | undefined> {
  return Promise.race([work, pause(LIMIT_MS, undefined)]);
}
