import type { FastifyInstance } from 'fastify';
import { ROLES, type Role } from '../../messages/fields.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { SignedIn } from '../accounts/signed-in.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createWebServer } from '../web/server.ts';
import { accountPage } from '../web/sign-in/account-page.ts';
import { guardSite, type SiteRoles } from '../web/sign-in/guard.ts';
import { createSessions } from '../web/sign-in/session.ts';
import { signInPages } from '../web/sign-in/sign-in-pages.ts';
import { neverCalled } from './never-called.ts';

/** Who gets past the guard, by route: `'GET /tickets': 'agent admin'`. `nobody` is who has not signed in. */
export type AccessTable = Readonly<Record<string, string>>;

type Teardown = { teardown(undo: () => Promise<void>): void };

const VISITORS = ['nobody', ...ROLES] as const;
type Visitor = (typeof VISITORS)[number];

const ID = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';

/**
 * Asks every route of a site as nobody and in every role. The site's pages have nothing to work with: whoever gets past the
 * guard gets some failure, and whoever does not the guard's own answer.
 */
export async function accessTable(
  t: Teardown,
  pagesDir: string,
  roles: SiteRoles,
  registerPages: (app: FastifyInstance, accounts: Accounts) => void,
): Promise<AccessTable> {
  const app = await createWebServer({
    site: 'backoffice',
    siteTitle: 'Site',
    pagesDir,
    navigation: [],
    secret: new Uint8Array(32),
    secureCookies: false,
    logger: createLogger('site', 'silent', 'json'),
    ready: async () => [],
  });
  t.teardown(() => app.close());
  const accounts: Accounts = {
    ...neverCalled<Accounts>('the accounts'),
    hasAdmin: async () => true,
    bySession: async (employeeId) => signedInAs(employeeId),
  };
  const routes = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.add(`${each} ${url}`);
  });
  const sessions = createSessions(new Uint8Array(32), false, Date.now);
  app.get<{ Params: { role: string } }>(
    '/sign-in/:role',
    { config: { access: 'everybody' } },
    async (request, reply) => {
      await sessions.begin(reply, { employeeId: request.params.role, epoch: 1 });
      return reply.send('done');
    },
  );
  routes.clear();
  guardSite(app, { accounts, sessions, roles });
  await signInPages(app, { accounts, sessions });
  const nothing = { store: neverCalled<never>('the store'), hashing: neverCalled<never>('hashing') };
  accountPage(app, { accounts, sessions, ...nothing });
  registerPages(app, accounts);

  const table: Record<string, string> = {};
  const cookies = new Map<Visitor, string>();
  for (const visitor of VISITORS) cookies.set(visitor, await cookieOf(app, visitor));
  for (const route of routes) {
    const passed = [];
    for (const visitor of VISITORS) {
      if (await passes(app, route, cookies.get(visitor) ?? '')) passed.push(visitor);
    }
    table[route] = passed.length === VISITORS.length ? 'everybody' : passed.join(' ');
  }
  return table;
}

function signedInAs(role: string): SignedIn | undefined {
  const roles: readonly Role[] = ROLES.filter((each) => each === role);
  return { employeeId: ID, name: role, roles, epoch: 1, mustChangePassword: false };
}

async function cookieOf(app: FastifyInstance, visitor: Visitor): Promise<string> {
  if (visitor === 'nobody') return '';
  const { cookies } = await app.inject(`/sign-in/${visitor}`);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

async function passes(app: FastifyInstance, route: string, session: string): Promise<boolean> {
  const [method = '', pattern = ''] = route.split(' ');
  const url = pattern.replace(/:\w+/g, ID);
  const page = await app.inject('/sign-in');
  const csrf = page.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
  const token = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const answer = await app.inject({
    method: method === 'POST' ? 'POST' : 'GET',
    url,
    headers: { cookie: `${session}; ${csrf}`, 'content-type': 'application/x-www-form-urlencoded' },
    ...(method === 'POST' ? { payload: new URLSearchParams({ _csrf: token }).toString() } : {}),
  });
  const sentToSignIn = /^\/sign-in\?to=|^\/sign-in$/.test(String(answer.headers.location ?? ''));
  const isSignOut = pattern === '/sign-out';
  return answer.statusCode !== 401 && answer.statusCode !== 403 && (isSignOut || !sentToSignIn);
}
