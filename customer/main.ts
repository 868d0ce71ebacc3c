// The customer service: customers report issues on its site; its handlers mail them and talk with the back office.
import { join } from 'node:path';
import { BACKOFFICE_MESSAGES, CUSTOMER_MESSAGES } from '../shared-contracts/messages/integration-messages.ts';
import { categoryOf } from '../shared-contracts/messages/names.ts';
import { startPublisher } from '../shared-contracts/runtime/bus/publisher.ts';
import { startReceiver } from '../shared-contracts/runtime/bus/receiver.ts';
import { startConsumer } from '../shared-contracts/runtime/consumer/start-consumer.ts';
import { openEventStore } from '../shared-contracts/runtime/event-store/open-event-store.ts';
import { groupHealth } from '../shared-contracts/runtime/group-health.ts';
import { followStreams } from '../shared-contracts/runtime/live/stream-changes.ts';
import { createMailer } from '../shared-contracts/runtime/mailer.ts';
import { createAddressHash } from '../shared-contracts/runtime/personal/address-hash.ts';
import { runService } from '../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../shared-contracts/runtime/secrets.ts';
import { listen } from '../shared-contracts/runtime/web/listen.ts';
import { createLive } from '../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../shared-contracts/runtime/web/server.ts';
import { addresses } from './handlers/addresses.ts';
import { control } from './handlers/control.ts';
import { inbox } from './handlers/inbox.ts';
import { integration } from './handlers/integration.ts';
import { links } from './handlers/links.ts';
import { notifications } from './handlers/notifications.ts';
import { registerPages } from './http/register-pages.ts';
import { loadMailTemplate } from './mails/mail-templates.ts';
import { UnrecordedMails } from './mails/unrecorded-mails.ts';
import { createTrackingLinks } from './tracking-links.ts';

/** Until every process has heard of an erasure, and has finished what it had read before. */
const SETTLE_MS = 1500;

await runService('customer', async ({ settings, logger, metrics }) => {
  const pagesDir = join(import.meta.dirname, 'pages');
  const secrets = await loadSecrets(settings.masterKeyFile);
  const trackingLinks = createTrackingLinks(secrets.key('tracking-links'), settings.urls.customer);
  const store = await openEventStore(settings.eventStoreUrl, 'customer', secrets, logger);

  const mailer = createMailer(settings.smtpUrl, settings.mailFrom);
  const backoffice = startPublisher(settings.amqpUrl, 'backoffice', BACKOFFICE_MESSAGES, store.codec, logger);
  const receiver = startReceiver(settings.amqpUrl, 'customer', CUSTOMER_MESSAGES, store, logger);
  const { failFirstMail } = settings;
  const stop = new AbortController();
  const mailing = { store, mailer, unrecorded: new UnrecordedMails(), trackingLinks };
  const groups = [
    notifications({ ...mailing, template: await loadMailTemplate(pagesDir, 'issue'), failFirstMail }),
    links({ ...mailing, template: await loadMailTemplate(pagesDir, 'links') }),
    integration(backoffice),
    inbox(store),
    addresses(store),
    control({ store, settings, stop: stop.signal, settleMs: SETTLE_MS }),
  ];
  const consumers = groups.map((group) => startConsumer({ store, logger }, group));

  const changes = followStreams(store.client, [categoryOf.issue], logger);
  const app = await createWebServer({
    site: 'customer',
    siteTitle: 'Deskstream',
    pagesDir,
    navigation: [
      { href: '/', label: 'Report an issue' },
      { href: '/links', label: 'Find your issues' },
    ],
    secret: secrets.key('cookies'),
    secureCookies: settings.urls.customer.startsWith('https:'),
    trustedProxies: settings.trustedProxies,
    logger,
    metrics,
    ready: async () => [
      ...groupHealth(consumers),
      { name: 'broker', ok: backoffice.connected() && receiver.connected() },
    ],
  });
  const { reportsPerMinute, repliesPerMinute } = settings;
  const addressHash = createAddressHash(secrets.key('addresses'));
  const live = createLive(app);
  const limits = { reportsPerMinute, repliesPerMinute };
  await registerPages({ app, live, changes, store, trackingLinks, addressHash, ...limits });
  const port = await listen(app, settings.host, settings.ports.customer);

  return {
    ports: { customer: port },
    close: async () => {
      stop.abort();
      await app.close();
      await changes.close();
      await receiver.close();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await backoffice.close();
      mailer.close();
      await store.close();
    },
  };
});
