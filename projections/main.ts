// The projections service: keeps the read models in MongoDB, and serves the analysts' site on them.
import { join } from 'node:path';
import { READ_MODELS } from '../shared-contracts/documents/all-read-models.ts';
import { startConsumer } from '../shared-contracts/runtime/consumer/start-consumer.ts';
import { openEventStore } from '../shared-contracts/runtime/event-store/open-event-store.ts';
import { groupHealth } from '../shared-contracts/runtime/group-health.ts';
import { FreshnessTeller } from '../shared-contracts/runtime/read-models/freshness.ts';
import { createReadModels } from '../shared-contracts/runtime/read-models/read-models.ts';
import { tellLag } from '../shared-contracts/runtime/read-models/tell-lag.ts';
import { runService } from '../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../shared-contracts/runtime/secrets.ts';
import { listen } from '../shared-contracts/runtime/web/listen.ts';
import { createWebServer } from '../shared-contracts/runtime/web/server.ts';
import { requireSignIn } from '../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { control } from './handlers/control.ts';
import { followView } from './handlers/follow-view.ts';
import { answerBrokenUrl } from './http/api/answer-problems.ts';
import { registerApi } from './http/api/register-api.ts';
import { startFigures } from './http/figures/start-figures.ts';
import { ANALYSTS_ROLES, registerPages } from './http/register-pages.ts';
import { createRegistry } from './runner/collections/registry.ts';
import { startKeeper } from './runner/collections/start-keeper.ts';
import { ALL_VIEWS } from './views/all-views.ts';

/** Readers ask for the pointer at least once a second. */
const GRACE_MS = 10_000;

await runService('projections', async ({ settings, logger, metrics }) => {
  const secrets = await loadSecrets(settings.masterKeyFile);
  const store = await openEventStore(settings.eventStoreUrl, 'projections', secrets, logger);
  const readModels = createReadModels(settings.mongoUrl, 'projections');
  const { db } = readModels;
  const registry = createRegistry(db);
  const stop = new AbortController();
  const views = ALL_VIEWS;
  const keeper = startKeeper({ store, db, registry, views, logger, graceMs: GRACE_MS });
  await keeper.look();

  const follow = { store, db, registry, prepare: keeper.look };
  const groups = [
    ...views.map((view) => followView(view, follow)),
    control({ store, db, registry, views, stop: stop.signal }),
  ];
  const consumers = groups.map((group) => startConsumer({ store, logger }, group));

  const secureCookies = settings.urls.analysts.startsWith('https:');
  const app = await createWebServer({
    site: 'analysts',
    siteTitle: 'Deskstream analysts',
    pagesDir: join(import.meta.dirname, 'pages'),
    navigation: [
      { href: '/', label: 'The desk in numbers', roles: ANALYSTS_ROLES.read },
      { href: '/tickets', label: 'Tickets', roles: ANALYSTS_ROLES.read },
      { href: '/failures', label: 'Failed messages', roles: ANALYSTS_ROLES.read },
      { href: '/collections', label: 'Collections', roles: ANALYSTS_ROLES.read },
      { href: '/api', label: 'API', roles: ANALYSTS_ROLES.read },
      { href: '/tokens', label: 'Access tokens', roles: ANALYSTS_ROLES.read },
    ],
    otherSites: [
      { href: settings.urls.backoffice, label: 'Back office' },
      { href: settings.urls.console, label: 'Operators' },
    ],
    secret: secrets.key('cookies'),
    secureCookies,
    trustedProxies: settings.trustedProxies,
    logger,
    metrics,
    answerBrokenUrl,
    ready: async () => [...groupHealth(consumers), await readModels.health()],
  });
  const signIn = { site: 'analysts', store, secrets, secureCookies, roles: ANALYSTS_ROLES } as const;
  const accounts = await requireSignIn(app, signIn);
  const now = () => new Date();
  const freshness = new FreshnessTeller(store, readModels);
  const tellNoMore = tellLag(READ_MODELS, freshness);
  const figuresFor = startFigures({ app, store, readModels, now });
  const site = { app, store, readModels, freshness, figuresFor, now };
  registerPages(site);
  registerApi({ ...site, accounts, url: settings.urls.analysts });
  const port = await listen(app, settings.host, settings.ports.analysts);

  return {
    ports: { analysts: port },
    close: async () => {
      stop.abort();
      tellNoMore();
      await app.close();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await keeper.close();
      await readModels.close();
      await store.close();
    },
  };
});
