import type { CookieSerializeOptions } from '@fastify/cookie';

/** What decides name and attributes of a site's cookies. */
export type CookieSettings = { readonly site: string; readonly secure: boolean };

/**
 * Cookies are shared by all ports of a host, so each carries the name of its site. On TLS the prefix `__Host-` keeps a
 * neighbouring subdomain from planting one (RFC 6265bis, section 4.1.3.2).
 */
export function cookieName(settings: CookieSettings, purpose: string): string {
  return `${settings.secure ? '__Host-' : ''}deskstream-${settings.site}-${purpose}`;
}

/** `Lax`, not `Strict`: a visitor who arrives from a mail keeps the cookie that forms in other tabs rely on. */
export function cookieOptions(settings: CookieSettings): CookieSerializeOptions & { signed: true } {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: settings.secure, signed: true };
}
