import type { FastifyInstance } from 'fastify';
import { type Accounts, createAccounts } from '../../accounts/accounts.ts';
import { createPasswordHashing } from '../../accounts/password-hashing.ts';
import type { StaffSite } from '../../accounts/sign-in-log.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import type { Secrets } from '../../secrets.ts';
import { accountPage } from './account-page.ts';
import { guardSite, type SiteRoles } from './guard.ts';
import { createSessions } from './session.ts';
import { signInPages } from './sign-in-pages.ts';

export type SignInOptions = {
  readonly site: StaffSite;
  readonly store: EventStore;
  readonly secrets: Secrets;
  /** Whether the site is reached over TLS. */
  readonly secureCookies: boolean;
  readonly roles: SiteRoles;
  readonly now?: () => number;
};

/** Makes a site one for employees: they sign in before they see anything, and their role says what they may do. */
export async function requireSignIn(app: FastifyInstance, options: SignInOptions): Promise<Accounts> {
  const { secrets, roles, now = Date.now } = options;
  const hashing = createPasswordHashing();
  const accounts = createAccounts({ ...options, hashing, now });
  const sessions = createSessions(secrets.key('sessions'), options.secureCookies, now);
  const deps = { ...options, accounts, sessions, hashing, roles };
  guardSite(app, deps);
  await signInPages(app, deps);
  accountPage(app, deps);
  return accounts;
}
