import type { Test } from 'tap';
import { registerEmployee, type StaffSiteOptions, startStaffSite } from './staff-site.ts';
import { openTestStore } from './test-store.ts';
import { type Page, Visitor } from './visitor.ts';

/** A site with an operator and somebody in front of it, whose clock can be stopped and put forward. */
export async function openSite(t: Test, options: StaffSiteOptions = {}) {
  const store = await openTestStore(t);
  const clock: { ahead: number; stopped?: number } = { ahead: 0 };
  const now = () => (clock.stopped ?? Date.now()) + clock.ahead;
  const olga = await registerEmployee(store, 'olga@example.org', ['operator']);
  const site = await startStaffSite(t, store, { now, ...options });
  const visitor = new Visitor(site.url, olga.account);
  const stranger = new Visitor(site.url, null);
  const tryAs = async (email: string, password: string, who = stranger) => {
    const page = await who.submit(await who.open('/sign-in'), '/sign-in', { email, password });
    return { status: page.status, said: problemOn(page), page };
  };
  return { store, clock, now, olga, ...site, visitor, stranger, tryAs };
}

const problemOn = (page: Page) => page.document.querySelector('[role="alert"]')?.textContent;

export const headingOf = (page: Page) => page.document.querySelector('h1')?.textContent;
