// kill -9 of each server and each service in turn, at random moments and in a random order, while people use the sites.
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { NODE_NAMES } from '../../embedded/nodes.ts';
import { SERVICE_NAMES } from '../../start/plan.ts';
import { ALL_IS_WELL, startAccountant } from './testing/account.ts';
import { takeChance } from './testing/chance.ts';
import { startFaultSystem } from './testing/fault-system.ts';
import { startLoad } from './testing/load.ts';

t.test('each process is killed under load: nothing is lost, nothing comes twice', async (t) => {
  const chance = takeChance(t);
  const system = await startFaultSystem(t);
  const accountant = startAccountant(t, system);
  const load = startLoad(t, system.urls, { rate: 4, employees: 2, replies: true });
  const kills = [
    ...[...NODE_NAMES, 'eventstore' as const].map((name) => () => system.killNode(name)),
    ...[...SERVICE_NAMES, 'customer' as const].map((name) => () => system.killService(name)),
  ];
  for (const kill of chance.shuffled(kills)) {
    await pause(chance.between(300, 1500));
    await kill();
  }
  const { answered, failures } = await load.stop();
  t.ok(
    load.reported() >= 40 && failures > 0,
    `${answered.length} forms were answered, ${failures} requests were not`,
  );

  t.strictSame(await accountant.close(ALL_IS_WELL, answered), ALL_IS_WELL);
});
