import { join } from 'node:path';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { createWebServer, type WebServerOptions } from '../../../shared-contracts/runtime/web/server.ts';
import { TEST_SECRETS } from './test-secrets.ts';

/** The analysts' site in this process, without pages and without sign-in: a test registers what it is about. */
export function createAnalystsServer(more: Pick<WebServerOptions, 'answerBrokenUrl'> = {}) {
  return createWebServer({
    site: 'analysts',
    siteTitle: 'Analysts',
    pagesDir: join(import.meta.dirname, '../../../projections/pages'),
    navigation: [],
    secret: TEST_SECRETS.key('cookies'),
    secureCookies: false,
    logger: createLogger('analysts', 'silent', 'json'),
    ready: async () => [],
    ...more,
  });
}
