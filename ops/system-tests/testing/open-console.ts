import { join } from 'node:path';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { followStreams } from '../../../shared-contracts/runtime/live/stream-changes.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { neverCalled } from '../../../shared-contracts/runtime/testing/never-called.ts';
import { listen } from '../../../shared-contracts/runtime/web/listen.ts';
import { createLive } from '../../../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../../../shared-contracts/runtime/web/server.ts';
import { NAVIGATION } from '../../console/navigation.ts';
import { openRecoveries } from '../../console/recoveries.ts';
import { registerPages } from '../../console/register-pages.ts';
import { followAudit } from '../../observe/audit-log.ts';
import { watchGroups } from '../../observe/watch-groups.ts';
import type { TestGroup } from './test-group.ts';
import { TEST_SECRETS } from './test-secrets.ts';
import type { Teardown } from './test-store.ts';
import { Visitor } from './visitor.ts';

/** The console of some groups, and an operator in front of it: nobody has to sign in. */
export async function openConsole(t: Teardown, store: EventStore, ...groups: readonly TestGroup[]) {
  const logger = createLogger('console', 'silent', 'json');
  const app = await createWebServer({
    site: 'console',
    siteTitle: 'Deskstream operators',
    pagesDir: join(import.meta.dirname, '../../console/pages'),
    navigation: NAVIGATION,
    secret: new Uint8Array(32),
    secureCookies: false,
    logger,
    ready: async () => [],
  });
  const declarations = groups.map(({ declaration }) => declaration);
  const recoveries = openRecoveries({ store, logger, groups: declarations });
  const watch = watchGroups({ store, logger, groups: declarations, services: async () => [] });
  const audit = followAudit({ store, logger });
  const changes = followStreams(store.client, ['failures-'], logger);
  registerPages({
    app,
    recoveries,
    observatory: {
      store,
      watch,
      audit,
      readModels: neverCalled('the read models'),
      checkHealth: async () => [],
    },
    tracesUrl: 'http://localhost:3007',
    secrets: TEST_SECRETS,
    operatorOf: () => 'operator:sam',
    nameOf: async (by) => by,
    live: createLive(app),
    changes,
  });
  const port = await listen(app, '127.0.0.1', 0);
  t.teardown(async () => {
    await app.close();
    await changes.close();
    await Promise.all([recoveries.close(), watch.close(), audit.close()]);
  });
  const url = `http://127.0.0.1:${port}`;
  const [first] = groups;
  const name = first?.declaration.name ?? '';
  return {
    url,
    operator: new Visitor(url),
    name,
    /** The list of the first group, one by one. */
    list: `/failed?group=${name}&view=list`,
    pageOf: (eventId: string) => `/failed/${name}/${eventId}`,
  };
}
