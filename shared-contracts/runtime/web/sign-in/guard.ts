// Who may do what on a site of ours, decided here and nowhere else.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from '../../../messages/fields.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import { hasRole, type SignedIn } from '../../accounts/signed-in.ts';
import { isBackground } from '../background.ts';
import { PageError } from '../page-error.ts';
import type { Session, Sessions } from './session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; on routes that are not open there is always somebody. */
    signedIn?: SignedIn | undefined;
  }
  interface FastifyContextConfig {
    /** `everybody` needs no sign-in, `employees` no particular role; roles are those of this route in place of the site's. */
    access?: 'everybody' | 'employees' | readonly Role[];
  }
}

/** The roles that a site is for. An administrator may do everything everywhere. */
export type SiteRoles = {
  /** May open its pages. */
  readonly read: readonly Role[];
  /** May send its forms. */
  readonly act: readonly Role[];
};

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/**
 * Lets nobody in who may not: every route of the site, there already or still to come, needs somebody who is signed in and has
 * the role, unless it says otherwise. Health, metrics and assets stay open.
 */
export function guardSite(
  app: FastifyInstance,
  { accounts, sessions, roles }: { accounts: Accounts; sessions: Sessions; roles: SiteRoles },
): void {
  const recognise = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const session: Session | undefined = await sessions.read(request);
    if (session === undefined) return;
    const signedIn = await accounts.bySession(session.employeeId, session.epoch);
    if (signedIn === undefined) return sessions.end(reply);
    request.signedIn = signedIn;
    reply.locals.signedIn = signedIn;
    reply.locals.readOnly = !hasRole(signedIn.roles, roles.act);
    await sessions.renew(reply, session);
  };

  app.decorateRequest('signedIn', undefined);
  // After the body was read and the token of the form checked: what somebody typed is shown again to who must sign in first.
  app.addHook('preValidation', async (request, reply) => {
    const { url = '', config } = request.routeOptions;
    if (isBackground(url)) return;
    await recognise(request, reply);
    if (request.is404 || config.access === 'everybody') return;

    const { signedIn } = request;
    if (signedIn === undefined) return askToSignIn(request, reply);
    if (config.access === 'employees') return;
    if (signedIn.mustChangePassword) return askToChangePassword(request, reply);
    const wanted = config.access ?? (SAFE_METHODS.has(request.method) ? roles.read : roles.act);
    if (!hasRole(signedIn.roles, wanted)) return reply.code(403).errorPage();
  });
}

/** Who acts, on a route that is not open. */
export function whoActs(request: FastifyRequest): SignedIn {
  if (request.signedIn !== undefined) return request.signedIn;
  throw new Error(`${request.routeOptions.url} is open, or its site has no guard: nobody is signed in.`);
}

function askToSignIn(request: FastifyRequest, reply: FastifyReply) {
  const isPage = SAFE_METHODS.has(request.method) && !wantsData(request);
  if (!isPage) return reply.code(401).errorPage();
  const to = request.url === '/' ? '' : `?to=${encodeURIComponent(request.url)}`;
  return reply.header('cache-control', 'no-store').redirect(`/sign-in${to}`, 303);
}

function askToChangePassword(request: FastifyRequest, reply: FastifyReply) {
  if (!SAFE_METHODS.has(request.method) || wantsData(request)) {
    throw new PageError(403, 'Choose a password of your own first, on the page of your account.', {
      code: 'password-is-temporary',
    });
  }
  return reply.redirect('/account', 303);
}

function wantsData(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  return !accept.includes('text/html') && /application\/json|text\/event-stream/.test(accept);
}
