import { type Account, cookiesOf, Visitor } from './visitor.ts';

const AT_ONCE = 4;
const MOST_PAGES = 50;

/**
 * The pages of a site that links lead to, as somebody sees it who signs in, by their paths, as the server sent them: from
 * some that are named, and from its first page. There are 50 at most, those first that fewest steps lead to.
 */
export async function everyPage(
  site: string,
  account: Account | null | undefined,
  more: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const visitor = new Visitor(site, account);
  await visitor.open('/');
  const cookie = cookiesOf(visitor);
  const seen = new Set([...more, '/']);
  const waiting = [...seen];
  const pages = new Map<string, string>();
  const look = async (path: string) => {
    const response = await fetch(new URL(path, site), { headers: { cookie } });
    const page = await response.text();
    pages.set(path, page);
    for (const [, address = ''] of page.matchAll(/(?:href|src)="([^"]+)"/g)) {
      if (seen.size >= MOST_PAGES || address.includes('/assets/')) continue;
      const url = URL.parse(address.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='), response.url);
      if (url === null || url.origin !== new URL(site).origin) continue;
      const to = `${url.pathname}${url.search}`;
      if (!seen.has(to)) waiting.push(to);
      seen.add(to);
    }
  };
  while (waiting.length > 0) await Promise.all(waiting.splice(0, AT_ONCE).map(look));
  return pages;
}
