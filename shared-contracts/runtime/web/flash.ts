import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type CookieSettings, cookieName, cookieOptions } from './cookies.ts';

export type FlashKind = 'done' | 'note' | 'problem';

/** A short message that the next page shows once. */
export type Flash = { readonly kind: FlashKind; readonly text: string };

declare module 'fastify' {
  interface FastifyReply {
    /** Leaves a short message for the next page of this browser (post/redirect/get). The text is cut at 500 characters. */
    flash(kind: FlashKind, text: string): FastifyReply;
    /** Takes the waiting message, which is then gone. */
    takeFlash(): Flash | undefined;
  }
}

const MAX_TEXT = 500;
const LIFETIME_SECONDS = 120;

/** Lets the replies of a site leave a message for the next page, in a signed cookie that lasts two minutes. */
export function showFlashes(app: FastifyInstance, cookies: CookieSettings): void {
  const name = cookieName(cookies, 'flash');
  const options = cookieOptions(cookies);
  app.decorateReply('flash', function (this: FastifyReply, kind: FlashKind, text: string) {
    const value = JSON.stringify({ kind, text: text.slice(0, MAX_TEXT) });
    return this.setCookie(name, value, { ...options, maxAge: LIFETIME_SECONDS });
  });
  app.decorateReply('takeFlash', function (this: FastifyReply) {
    if (this.request.cookies[name] === undefined) return undefined;
    this.clearCookie(name, options);
    return readFlash(this.request, name);
  });
}

function readFlash(request: FastifyRequest, name: string): Flash | undefined {
  const { valid, value } = request.unsignCookie(request.cookies[name] ?? '');
  if (!valid) return undefined;
  const flash: unknown = JSON.parse(value);
  return isFlash(flash) ? flash : undefined;
}

function isFlash(value: unknown): value is Flash {
  return typeof value === 'object' && value !== null && 'kind' in value && 'text' in value;
}
