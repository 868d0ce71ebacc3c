import fastifyCsrf from '@fastify/csrf-protection';
import fastifyFormbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../errors/coded-error.ts';
import { type CookieSettings, cookieName, cookieOptions } from './cookies.ts';
import { PageError } from './page-error.ts';

const MAX_FIELDS = 2000;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Accepts posted forms, and only those whose CSRF token is right: a hook checks every request that may change something,
 * so no route can forget it. No other content type is read; a scope that needs one adds its own parser.
 */
export async function acceptForms(app: FastifyInstance, cookies: CookieSettings): Promise<void> {
  const cookieKey = cookieName(cookies, 'csrf');
  const cookieOpts = cookieOptions(cookies);
  app.removeAllContentTypeParsers();
  await app.register(fastifyFormbody, { parser: parseFields });
  await app.register(fastifyCsrf, {
    cookieKey,
    cookieOpts,
    logLevel: 'info',
  });
  app.decorateReply('forgetCsrf', function (this: FastifyReply) {
    return this.clearCookie(cookieKey, cookieOpts);
  });
  app.addHook('preValidation', (request, reply, done) => {
    if (SAFE_METHODS.has(request.method) || request.is404) return done();
    if (comesFromElsewhere(request)) return done(new ForgeryError());
    app.csrfProtection(request, reply, done);
  });
}

declare module 'fastify' {
  interface FastifyReply {
    /** Makes every form that this browser has open void: the tokens belonged to whoever was signed in. */
    forgetCsrf(): FastifyReply;
  }
}

/** Its code begins like those of the plugin, whose refusals get the same page. */
class ForgeryError extends CodedError {
  readonly statusCode = 403;

  constructor() {
    super('FST_CSRF_OTHER_ORIGIN', 'The form was sent from another site.');
  }
}

/** A double submit cookie does not stop a sibling (another port, another subdomain) that can plant cookies; this does. */
function comesFromElsewhere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

function parseFields(body: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    if (++count > MAX_FIELDS) {
      throw new PageError(413, 'The form has too many fields. Please send it in smaller parts.', {
        code: 'too-many-fields',
      });
    }
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  return fields;
}
