// kill -9 of a real RabbitMQ, again and again, while people use the sites.
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { ALL_IS_WELL, startAccountant } from './testing/account.ts';
import { takeChance } from './testing/chance.ts';
import { startFaultSystem } from './testing/fault-system.ts';
import { startLoad } from './testing/load.ts';
import { hasRabbitmq, startRabbitmq } from './testing/rabbitmq-server.ts';

const KILLS = 2;

const required = process.env.DESKSTREAM_TEST_REQUIRE === '1';
const skip = !hasRabbitmq() && !required ? "install Debian's rabbitmq-server to run this" : false;

t.test('a real RabbitMQ is killed under load: nothing is lost, nothing comes twice', { skip }, async (t) => {
  const chance = takeChance(t);
  const rabbitmq = await startRabbitmq(t);
  const system = await startFaultSystem(t, { servers: { AMQP_URL: rabbitmq.url } });
  const accountant = startAccountant(t, system);
  const load = startLoad(t, system.urls, { rate: 6, employees: 2, replies: true });
  for (let kill = 0; kill < KILLS; kill += 1) {
    await pause(chance.between(1500, 3000));
    await rabbitmq.kill();
    await rabbitmq.start();
  }
  const { answered } = await load.stop();
  t.ok(load.reported() >= 20, `${answered.length} forms were answered`);

  t.strictSame(await accountant.close(ALL_IS_WELL, answered), ALL_IS_WELL);
});
