// Whatever goes wrong, in whatever order: in the end the effects are what the ledger says.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { openTestStore } from './testing/test-store.ts';
import { STREAMS, type Step, Trial } from './testing/trial.ts';

/** How long trials are begun; `DESKSTREAM_TRIALS_MS` says it for a longer search. */
const TIME_MS = Number(process.env.DESKSTREAM_TRIALS_MS ?? 6000);
const MOST_TRIALS = 1000;

const which = fc.nat(20);
const stream = fc.nat(STREAMS - 1);
const ill = fc.constantFrom('well', 'well', 'poison', 'flaky');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append'),
      stream,
      ills: fc.array(ill, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replay'), which, mended: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('discard'), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash'), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave'), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('join') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('outage') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait') }) },
);

t.test(
  'random failures, crashes, replays and discards end in the state that the ledger says',
  async (t: Test) => {
    const store = await openTestStore(t);
    const until = performance.now() + TIME_MS;
    let trials = 0;
    const property = fc.asyncProperty(
      fc.constantFrom('by-stream', 'free'),
      fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }),
      fc.boolean(),
      async (order, steps, discardsInTheEnd) => {
        if (performance.now() > until) return;
        const trial = new Trial(store, `r${randomUUID().slice(0, 8)}`, order);
        try {
          for (const each of steps) await trial.take(each);
          await trial.settle(discardsInTheEnd);
          await trial.assertEffects();
        } finally {
          await trial.end();
        }
        trials += 1;
      },
    );
    // A failure says its seed; `fc.assert(property, { seed, path })` then repeats the steps.
    await fc.assert(property, { numRuns: MOST_TRIALS, endOnFailure: true });
    t.ok(trials > 0, `${trials} trials`);
  },
);
