// The back office: employees work tickets on its site; its handlers take in reports and tell customers how it goes on.
import { join } from 'node:path';
import { BACKOFFICE_MESSAGES, CUSTOMER_MESSAGES } from '../shared-contracts/messages/integration-messages.ts';
import { categoryOf } from '../shared-contracts/messages/names.ts';
import { createEmployeeIds } from '../shared-contracts/runtime/accounts/employee-id.ts';
import { createPasswordHashing } from '../shared-contracts/runtime/accounts/password-hashing.ts';
import { startPublisher } from '../shared-contracts/runtime/bus/publisher.ts';
import { startReceiver } from '../shared-contracts/runtime/bus/receiver.ts';
import { startConsumer } from '../shared-contracts/runtime/consumer/start-consumer.ts';
import { openEventStore } from '../shared-contracts/runtime/event-store/open-event-store.ts';
import { groupHealth } from '../shared-contracts/runtime/group-health.ts';
import { followStreams } from '../shared-contracts/runtime/live/stream-changes.ts';
import { createReadModels } from '../shared-contracts/runtime/read-models/read-models.ts';
import { runService } from '../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../shared-contracts/runtime/secrets.ts';
import { listen } from '../shared-contracts/runtime/web/listen.ts';
import { createLive } from '../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../shared-contracts/runtime/web/server.ts';
import { requireSignIn } from '../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { registerDemoEmployees } from './demo-employees.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { assignments } from './handlers/assignments.ts';
import { control } from './handlers/control.ts';
import { inbox } from './handlers/inbox.ts';
import { integration } from './handlers/integration.ts';
import { BACKOFFICE_ROLES, registerPages } from './http/register-pages.ts';

await runService('backoffice', async ({ settings, logger, metrics }) => {
  const secrets = await loadSecrets(settings.masterKeyFile);
  const store = await openEventStore(settings.eventStoreUrl, 'backoffice', secrets, logger);
  const hashing = createPasswordHashing();
  if (settings.firstAdmin !== undefined)
    await ensureFirstAdmin({ store, secrets, hashing }, settings.firstAdmin);
  if (settings.demo) await registerDemoEmployees({ store, secrets, hashing });
  const readModels = createReadModels(settings.mongoUrl, 'backoffice');

  const customer = startPublisher(settings.amqpUrl, 'customer', CUSTOMER_MESSAGES, store.codec, logger);
  const receiver = startReceiver(settings.amqpUrl, 'backoffice', BACKOFFICE_MESSAGES, store, logger);
  const groups = [
    inbox(store),
    integration(store, customer),
    assignments(store),
    control(store, settings.amqpUrl),
  ];
  const consumers = groups.map((group) => startConsumer({ store, logger }, group));

  const changes = followStreams(store.client, [categoryOf.ticket], logger);
  const secureCookies = settings.urls.backoffice.startsWith('https:');
  const app = await createWebServer({
    site: 'backoffice',
    siteTitle: 'Deskstream back office',
    pagesDir: join(import.meta.dirname, 'pages'),
    navigation: [
      { href: '/tickets', label: 'Tickets', roles: BACKOFFICE_ROLES.read },
      { href: '/employees', label: 'Employees', roles: ['admin'] },
    ],
    otherSites: [
      { href: settings.urls.analysts, label: 'Analysts' },
      { href: settings.urls.console, label: 'Operators' },
    ],
    secret: secrets.key('cookies'),
    secureCookies,
    trustedProxies: settings.trustedProxies,
    logger,
    metrics,
    ready: async () => [
      ...groupHealth(consumers),
      { name: 'broker', ok: customer.connected() && receiver.connected() },
      await readModels.health(),
    ],
  });
  const accounts = await requireSignIn(app, {
    site: 'backoffice',
    store,
    secrets,
    secureCookies,
    roles: BACKOFFICE_ROLES,
  });
  const temporaryPasswords = secrets.key('temporary-passwords');
  const employeeIds = createEmployeeIds(secrets);
  const live = createLive(app);
  const site = { app, live, changes, store, readModels, accounts, hashing, employeeIds, temporaryPasswords };
  registerPages(site);
  const port = await listen(app, settings.host, settings.ports.backoffice);

  return {
    ports: { backoffice: port },
    close: async () => {
      await app.close();
      await changes.close();
      await receiver.close();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await customer.close();
      await readModels.close();
      await store.close();
    },
  };
});
