import type { CustomerSite } from './customer-site.ts';
import { lostLinkPages } from './lost-links.ts';
import { reportIssuePages } from './report-issue.ts';
import { trackIssuePages } from './track-issue.ts';

/** All pages of the customers' site. */
export async function registerPages(site: CustomerSite): Promise<void> {
  await reportIssuePages(site);
  await trackIssuePages(site);
  await lostLinkPages(site);
}
