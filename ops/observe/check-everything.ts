import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import type { Settings } from '../../shared-contracts/runtime/settings.ts';
import type { Check } from './check.ts';
import { checkContracts, checkFilters, checkGroups, checkIndexes, checkKeyFile } from './check-contents.ts';
import { checkBroker, checkMail, checkMongo, checkServices, checkStore } from './check-servers.ts';

/**
 * Asks everything that the system stands on. What can only be looked at where its server answers is asked after it, and
 * left out where it does not.
 *
 * @param open the event store, opened already or now
 */
export async function checkEverything({
  settings,
  groups,
  open,
}: {
  readonly settings: Settings;
  readonly groups: readonly GroupDeclaration[];
  readonly open: () => Promise<EventStore>;
}): Promise<readonly Check[]> {
  const { eventStoreUrl, mongoUrl, amqpUrl, smtpUrl, masterKeyFile, innerUrls } = settings;
  const [key, store, mongo, broker, mail, services] = await Promise.all([
    checkKeyFile(masterKeyFile, () => loadSecrets(masterKeyFile)),
    checkStore(open, eventStoreUrl),
    checkMongo(mongoUrl),
    checkBroker(amqpUrl),
    checkMail(smtpUrl),
    checkServices(innerUrls),
  ]);
  const inStore = async () => {
    if (store.result !== 'ok') return [];
    const opened = await open();
    return Promise.all([checkGroups(opened, groups), checkFilters(opened, groups), checkContracts(opened)]);
  };
  const inMongo = async () => (mongo.result === 'ok' ? [await checkIndexes(mongoUrl)] : []);
  const contents = await Promise.all([inStore(), inMongo()]);
  return [store, broker, mongo, mail, ...services, ...contents.flat(), key];
}
