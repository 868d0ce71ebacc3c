import { join } from 'node:path';
import { registerPages } from '../../../customer/http/register-pages.ts';
import { createTrackingLinks } from '../../../customer/tracking-links.ts';
import { createAddressHash } from '../../../shared-contracts/runtime/personal/address-hash.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { createLive } from '../../../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../../../shared-contracts/runtime/web/server.ts';
import { countEvents } from './count-events.ts';
import { openTestStore, type Teardown } from './test-store.ts';
import { type Page, Visitor } from './visitor.ts';

export const REPORT = {
  email: 'kim@example.org',
  name: 'Kim',
  kind: 'problem',
  subject: 'Blank',
  text: 'Pages.',
} as const;

const KEY = new Uint8Array(32);

/** The customer's site on a store of its own, without handlers, and a visitor who has reported an issue on it. */
export async function openCustomerSite(t: Teardown) {
  const store = await openTestStore(t);
  const app = await createWebServer({
    site: 'customer',
    siteTitle: 'Deskstream',
    pagesDir: join(import.meta.dirname, '..', '..', '..', 'customer', 'pages'),
    navigation: [],
    secret: KEY,
    secureCookies: false,
    trustedProxies: ['10.0.0.0/8'],
    logger: createLogger('customer', 'silent', 'json'),
    ready: async () => [],
  });
  t.teardown(() => app.close());
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`);
  });
  await registerPages({
    app,
    store,
    trackingLinks: createTrackingLinks(KEY, ''),
    addressHash: createAddressHash(KEY),
    reportsPerMinute: 2,
    repliesPerMinute: 2,
    live: createLive(app),
    changes: { listen: () => () => undefined },
  });
  const visitor = new Visitor(await app.listen({ port: 0, host: '127.0.0.1' }), null);
  const report = async () => visitor.submit(await visitor.open('/'), '/issues', REPORT);
  return {
    app,
    visitor,
    /** Method and path of each, as they were registered. */
    routes,
    report,
    /** The path of the page of an issue that was reported. */
    tracking: new URL((await report()).url).pathname,
    appended: () => countEvents(store.client, ['issue-', 'address-']),
    /** Sends a form as it is, whatever the browser would say to it. */
    post: async (page: Page, action: string, change: Readonly<Record<string, string>>) => {
      const [target, body] = visitor.read(page, action, change);
      return visitor.send(page, target, body);
    },
  };
}
