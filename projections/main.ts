// The projections service: keeps the read models in MongoDB, and serves the analysts' site on them.
import { join } from 'node:path';
import { startConsumer } from '../shared-contracts/runtime/consumer/start-consumer.ts';
import { openEventStore } from '../shared-contracts/runtime/event-store/open-event-store.ts';
import { groupHealth } from '../shared-contracts/runtime/group-health.ts';
import { createReadModels } from '../shared-contracts/runtime/read-models/read-models.ts';
import { runService } from '../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../shared-contracts/runtime/secrets.ts';
import { listen } from '../shared-contracts/runtime/web/listen.ts';
import { createWebServer } from '../shared-contracts/runtime/web/server.ts';
import { requireSignIn } from '../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { ANALYSTS_ROLES, overviewPage } from './analysts/overview.ts';
import { followView } from './runner/follow-view.ts';
import { prepareCollections } from './runner/prepare-collections.ts';
import { ALL_VIEWS } from './views/all-views.ts';

await runService('projections', async ({ settings, logger }) => {
  const secrets = await loadSecrets(settings.masterKeyFile);
  const store = await openEventStore(settings.eventStoreUrl, 'projections', secrets);
  const readModels = createReadModels(settings.mongoUrl, 'projections');
  await prepareCollections(
    readModels,
    ALL_VIEWS.map(({ model }) => model),
  );

  const groups = ALL_VIEWS.filter(({ kind }) => kind === 'one-per-stream').map((view) =>
    followView(view, store, readModels),
  );
  const consumers = groups.map((group) => startConsumer({ store, logger }, group));

  const secureCookies = settings.urls.analysts.startsWith('https:');
  const app = await createWebServer({
    site: 'analysts',
    siteTitle: 'Deskstream analysts',
    pagesDir: join(import.meta.dirname, 'analysts/pages'),
    navigation: [{ href: '/', label: 'Tickets in numbers' }],
    otherSites: [
      { href: settings.urls.backoffice, label: 'Back office' },
      { href: settings.urls.console, label: 'Operators' },
    ],
    secret: secrets.key('cookies'),
    secureCookies,
    logger,
    ready: async () => [...groupHealth(consumers), await readModels.health()],
  });
  await requireSignIn(app, { site: 'analysts', store, secrets, secureCookies, roles: ANALYSTS_ROLES });
  overviewPage(app, readModels);
  const port = await listen(app, settings.host, settings.ports.analysts);

  return {
    ports: { analysts: port },
    close: async () => {
      await app.close();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await readModels.close();
      await store.close();
    },
  };
});
