// The operators' console: what failed, why, and out of it again.
import { join } from 'node:path';
import { ALL_GROUPS, categoryOf } from '../../shared-contracts/messages/names.ts';
import { actorOf } from '../../shared-contracts/runtime/accounts/signed-in.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { followStreams } from '../../shared-contracts/runtime/live/stream-changes.ts';
import { runService } from '../../shared-contracts/runtime/run-service.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { listen } from '../../shared-contracts/runtime/web/listen.ts';
import { createLive } from '../../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../../shared-contracts/runtime/web/server.ts';
import { whoActs } from '../../shared-contracts/runtime/web/sign-in/guard.ts';
import { requireSignIn } from '../../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { NAVIGATION } from './navigation.ts';
import { openRecoveries } from './recoveries.ts';
import { CONSOLE_ROLES, registerPages } from './register-pages.ts';

await runService('console', async ({ settings, logger }) => {
  const secrets = await loadSecrets(settings.masterKeyFile);
  const store = await openEventStore(settings.eventStoreUrl, 'console', secrets);

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
    logger,
    ready: async () => {
      const reached = await store.reach().then(
        () => true,
        () => false,
      );
      return [{ name: 'event store', ok: reached }];
    },
  });
  const recoveries = openRecoveries({ store, logger, groups: ALL_GROUPS });
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
    tracesUrl: settings.urls.traces,
    operatorOf: (request) => actorOf(whoActs(request)),
    nameOf: accounts.nameOf,
    live: createLive(app),
    changes,
  });
  const port = await listen(app, settings.host, settings.ports.console);

  return {
    ports: { console: port },
    close: async () => {
      await app.close();
      await changes.close();
      await recoveries.close();
      await store.close();
    },
  };
});
