// The mail server, MongoDB and the broker are down for half a minute each, all within one run, while people use the sites.
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { ALL_IS_WELL, startAccountant } from './testing/account.ts';
import { takeChance } from './testing/chance.ts';
import { startFaultSystem } from './testing/fault-system.ts';
import { startLoad } from './testing/load.ts';

/** How long each is down; `DESKSTREAM_OUTAGE_MS` says it for a shorter or a longer try. */
const DOWN_MS = Number(process.env.DESKSTREAM_OUTAGE_MS ?? 30_000);
const STAGGER_MS = 2500;

t.test('each outage ends with everything done, and nothing was parked', async (t) => {
  const chance = takeChance(t);
  const system = await startFaultSystem(t);
  const accountant = startAccountant(t, system);
  const load = startLoad(t, system.urls, { rate: 2, employees: 2, replies: true });
  await Promise.all(
    chance.shuffled(['mail', 'mongodb', 'broker'] as const).map(async (name, index) => {
      await pause(1000 + index * STAGGER_MS + chance.between(0, STAGGER_MS));
      await system.killNode(name, DOWN_MS);
    }),
  );
  const { answered, failures } = await load.stop();
  t.ok(load.reported() >= 20, `${answered.length} forms were answered, ${failures} requests were not`);

  t.strictSame(await accountant.close(ALL_IS_WELL, answered), ALL_IS_WELL);
});
