const LONGEST = 2000;

/**
 * The path on this site that somebody goes on to after signing in. What leads elsewhere, in whatever way browsers read it, is
 * the start page: a link to our sign-in page must not end on somebody else's (an open redirect).
 */
export function returnPath(to: unknown): string {
  if (typeof to !== 'string' || to.length > LONGEST || !/^\/(?![/\\])/.test(to)) return '/';
  const here = 'http://site.invalid';
  if (!URL.canParse(to, here)) return '/';
  const { origin, pathname, search } = new URL(to, here);
  if (origin !== here || pathname.startsWith('//') || pathname.startsWith('/sign-')) return '/';
  return pathname + search;
}
