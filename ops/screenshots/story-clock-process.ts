// Loaded before anything else (`--import`) into each process that lives by a `StoryClock`: from then on `Date` and the origin
// of `performance` are as far from the real time as the file of that clock says. Timers stay as they are.
import { readFileSync } from 'node:fs';
import { CLOCK_FILE_VARIABLE, LOOK_EVERY_MS } from './story-clock.ts';

const file = process.env[CLOCK_FILE_VARIABLE];
if (file !== undefined) liveBy(file);

function liveBy(file: string): void {
  const RealDate = Date;
  let offsetMs = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const offset = () => {
    if (performance.now() - lookedAt >= LOOK_EVERY_MS) {
      // While it is written anew it may be empty.
      offsetMs = Number(readFileSync(file, 'utf8')) || offsetMs;
      lookedAt = performance.now();
    }
    return offsetMs;
  };
  const now = () => RealDate.now() + offset();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  const { timeOrigin } = performance;
  Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin + offset() });
}
