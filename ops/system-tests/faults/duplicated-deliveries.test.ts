// Messages between the services come again and again, and come back: what follows from them is the same.
import t from 'tap';
import { eventually } from '../testing/eventually.ts';
import { ALL_IS_WELL, startAccountant } from './testing/account.ts';
import { takeChance } from './testing/chance.ts';
import { startFaultSystem } from './testing/fault-system.ts';
import { type Interceptor, startInterceptor, type WireMessage } from './testing/interceptor.ts';
import { startLoad } from './testing/load.ts';

const SERVICES = ['backoffice', 'customer'] as const;

t.test('every message comes three times, some of them much later', async (t) => {
  const chance = takeChance(t);
  const system = await startFaultSystem(t);
  const accountant = startAccountant(t, system);
  const interceptor = await startInterceptor(t, system.urls.amqp);
  const seen = await Promise.all(
    SERVICES.map(async (service) => ({ service, messages: await copyAndDouble(interceptor, service) })),
  );
  const load = startLoad(t, system.urls, { rate: 6, employees: 2, replies: true });
  await eventually('people have used the sites', () => load.reported() >= 40);

  // The service that took them is gone before it has settled them: they come back to the one that is started again.
  const held = await interceptor.hold('backoffice');
  await system.killService('backoffice');
  await eventually('messages are held', () => held.messages.length >= 5);
  await held.giveBack();

  const { answered } = await load.stop();
  t.strictSame(await accountant.until(ALL_IS_WELL, answered), ALL_IS_WELL);
  for (const { service, messages } of seen) await interceptor.publish(service, chance.shuffled(messages));
  await eventually(
    'nothing waits',
    async () => Object.keys((await accountant.read(answered)).queued).length === 0,
  );
  t.strictSame(await accountant.close(ALL_IS_WELL, answered), ALL_IS_WELL);
});

/** Each message is published once more as soon as it is seen; all of them are kept. */
async function copyAndDouble(interceptor: Interceptor, service: (typeof SERVICES)[number]) {
  const messages: WireMessage[] = [];
  await interceptor.copies(service, (message) => {
    messages.push(message);
    void interceptor.publish(service, [message]);
  });
  return messages;
}
