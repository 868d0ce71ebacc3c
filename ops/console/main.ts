// The operators' console: what failed, why, and out of it again.
import { join } from 'node:path';
import { actorOf } from '../../shared-contracts/messages/actors.ts';
import { ALL_GROUPS, categoryOf } from '../../shared-contracts/messages/names.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { followStreams } from '../../shared-contracts/runtime/live/stream-changes.ts';
import { createReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { runService } from '../../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { listen } from '../../shared-contracts/runtime/web/listen.ts';
import { createLive } from '../../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../../shared-contracts/runtime/web/server.ts';
import { whoActs } from '../../shared-contracts/runtime/web/sign-in/guard.ts';
import { requireSignIn } from '../../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { followAudit } from '../observe/audit-log.ts';
import { checkEverything } from '../observe/check-everything.ts';
import { readServiceReports } from '../observe/service-reports.ts';
import { watchGroups } from '../observe/watch-groups.ts';
import { NAVIGATION } from './navigation.ts';
import { askedOnce } from './observing/observatory.ts';
import { openRecoveries } from './recoveries.ts';
import { CONSOLE_ROLES, registerPages } from './register-pages.ts';
import { tellFigures } from './tell-figures.ts';

/** Milliseconds that an answer of all that the system stands on is shown to others as well. */
const HEALTH_LIFE_MS = 2000;

await runService('console', async ({ settings, logger, metrics }) => {
  const secrets = await loadSecrets(settings.masterKeyFile);
  const store = await openEventStore(settings.eventStoreUrl, 'console', secrets, logger);

  const secureCookies = settings.urls.console.startsWith('https:');
  const app = await createWebServer({
    site: 'console',
    siteTitle: 'Deskstream operators',
    pagesDir: join(import.meta.dirname, 'pages'),
    navigation: NAVIGATION,
    otherSites: [
      { href: settings.urls.backoffice, label: 'Back office' },
      { href: settings.urls.analysts, label: 'Analysts' },
      { href: settings.urls.traces, label: 'Traces' },
    ],
    secret: secrets.key('cookies'),
    secureCookies,
    trustedProxies: settings.trustedProxies,
    logger,
    metrics,
    ready: async () => {
      const reached = await store.reach().then(
        () => true,
        () => false,
      );
      return [{ name: 'event store', ok: reached }];
    },
  });
  const recoveries = openRecoveries({ store, logger, groups: ALL_GROUPS });
  const watch = watchGroups({
    store,
    logger,
    groups: ALL_GROUPS,
    services: () => readServiceReports(settings.innerUrls),
  });
  const tellNoMore = tellFigures(watch, recoveries.all);
  const readModels = createReadModels(settings.mongoUrl, 'console');
  const audit = followAudit({ store, logger });
  const checkHealth = askedOnce(
    () => checkEverything({ settings, groups: ALL_GROUPS, open: async () => store }),
    HEALTH_LIFE_MS,
  );
  const changes = followStreams(store.client, [categoryOf.failures], logger);
  const accounts = await requireSignIn(app, {
    site: 'console',
    store,
    secrets,
    secureCookies,
    roles: CONSOLE_ROLES,
  });
  registerPages({
    app,
    recoveries,
    observatory: { store, watch, audit, readModels, checkHealth },
    tracesUrl: settings.urls.traces,
    secrets,
    operatorOf: (request) => actorOf(whoActs(request)),
    nameOf: accounts.nameOf,
    live: createLive(app),
    changes,
  });
  const port = await listen(app, settings.host, settings.ports.console);

  return {
    ports: { console: port },
    close: async () => {
      tellNoMore();
      await app.close();
      await changes.close();
      await Promise.all([recoveries.close(), watch.close(), audit.close()]);
      await readModels.close();
      await store.close();
    },
  };
});
