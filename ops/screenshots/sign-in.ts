import type { Page } from 'playwright-core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../shared-contracts/runtime/accounts/demo-accounts.ts';

/** Signs in as somebody of the demo, on the page that a site shows to who is not signed in; the cookie serves all sites. */
export async function signIn(
  page: Page,
  site: string,
  account: keyof typeof DEMO_ACCOUNTS = 'admin',
): Promise<void> {
  await page.goto(site);
  await page.getByLabel('E-mail address').fill(DEMO_ACCOUNTS[account].email);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}
