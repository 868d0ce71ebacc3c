import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Viewer } from './pages.ts';
import { signIn } from './sign-in.ts';

/** A browser's page for each of those who look at pages, signed in when it is first asked for; they share the options. */
export function viewersIn(
  browser: Browser,
  site: string,
  options: BrowserContextOptions,
): (viewer: Viewer) => Promise<Page> {
  const pages = new Map<Viewer, Page>();
  return async (viewer) => {
    const known = pages.get(viewer);
    if (known !== undefined) return known;
    const page = await (await browser.newContext(options)).newPage();
    if (viewer !== null) await signIn(page, site, viewer);
    pages.set(viewer, page);
    return page;
  };
}
