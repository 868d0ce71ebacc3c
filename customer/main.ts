// The customer service: customers report issues on its site; its handlers mail them and talk with the back office.
import { join } from 'node:path';
import { BACKOFFICE_MESSAGES, CUSTOMER_MESSAGES } from '../shared-contracts/messages/integration-messages.ts';
import { startPublisher } from '../shared-contracts/runtime/bus/publisher.ts';
import { startReceiver } from '../shared-contracts/runtime/bus/receiver.ts';
import { startConsumer } from '../shared-contracts/runtime/consumer/start-consumer.ts';
import { openEventStore } from '../shared-contracts/runtime/event-store/open-event-store.ts';
import { groupHealth } from '../shared-contracts/runtime/group-health.ts';
import { createMailer } from '../shared-contracts/runtime/mailer.ts';
import { createAddressHash } from '../shared-contracts/runtime/personal/address-hash.ts';
import { runService } from '../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../shared-contracts/runtime/secrets.ts';
import { listen } from '../shared-contracts/runtime/web/listen.ts';
import { createWebServer } from '../shared-contracts/runtime/web/server.ts';
import { inbox } from './handlers/inbox.ts';
import { integration } from './handlers/integration.ts';
import { loadMailTemplate } from './handlers/mail-templates.ts';
import { notifications } from './handlers/notifications.ts';
import { reportIssuePages } from './http/report-issue.ts';
import { trackIssuePages } from './http/track-issue.ts';
import { createTrackingLinks } from './tracking-links.ts';

await runService('customer', async ({ settings, logger }) => {
  const pagesDir = join(import.meta.dirname, 'pages');
  const secrets = await loadSecrets(settings.masterKeyFile);
  const links = createTrackingLinks(secrets.key('tracking-links'), settings.urls.customer);
  const store = await openEventStore(settings.eventStoreUrl, 'customer', secrets);

  const mailer = createMailer(settings.smtpUrl, settings.mailFrom);
  const backoffice = startPublisher(settings.amqpUrl, 'backoffice', BACKOFFICE_MESSAGES, store.codec, logger);
  const receiver = startReceiver(settings.amqpUrl, 'customer', CUSTOMER_MESSAGES, store, logger);
  const template = await loadMailTemplate(pagesDir);
  const { failFirstMail } = settings;
  const groups = [
    notifications({ store, mailer, template, links, failFirstMail }),
    integration(backoffice),
    inbox(store),
  ];
  const consumers = groups.map((group) => startConsumer({ store, logger }, group));

  const app = await createWebServer({
    site: 'customer',
    siteTitle: 'Deskstream',
    pagesDir,
    navigation: [{ href: '/', label: 'Report an issue' }],
    secret: secrets.key('cookies'),
    secureCookies: settings.urls.customer.startsWith('https:'),
    logger,
    ready: async () => [
      ...groupHealth(consumers),
      { name: 'broker', ok: backoffice.connected() && receiver.connected() },
    ],
  });
  const site = { app, store, links, addressHash: createAddressHash(secrets.key('addresses')) };
  reportIssuePages(site);
  trackIssuePages(site);
  const port = await listen(app, settings.host, settings.ports.customer);

  return {
    ports: { customer: port },
    close: async () => {
      await app.close();
      await receiver.close();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await backoffice.close();
      mailer.close();
      await store.close();
    },
  };
});
