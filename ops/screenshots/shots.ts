import type { SystemUrls } from '../start/plan.ts';
import type { Samples } from './fill-with-samples.ts';

/** One page to take a picture of. */
export type Shot = { readonly name: string; readonly url: string };

/** Every page that has something to show. */
export function shotsOf(urls: SystemUrls, { tracking, ticket }: Samples): readonly Shot[] {
  const on = (site: string, pages: Readonly<Record<string, string>>): readonly Shot[] =>
    Object.entries(pages).map(([name, path]) => ({ name, url: new URL(path, site).href }));
  return [
    ...on(urls.customer, {
      'customer-report': '/',
      'customer-tracking': tracking,
      'customer-links': '/links',
      'customer-not-found': '/nowhere',
    }),
    ...on(urls.backoffice, {
      'backoffice-sign-in': '/sign-in',
      'backoffice-tickets': '/tickets',
      'backoffice-ticket': ticket,
      'backoffice-new-ticket': '/tickets/new',
      'backoffice-employees': '/employees',
      'backoffice-account': '/account',
    }),
    ...on(urls.console, {
      'console-overview': '/',
      'console-failed-by-error': '/failed',
      'console-failed-messages': '/failed?view=list',
      'console-replays': '/replays',
      'console-streams': '/streams',
      'console-read-models': '/read-models',
      'console-audit': '/audit',
      'console-health': '/health',
    }),
    ...on(urls.analysts, {
      'analysts-dashboard': '/',
      'analysts-tickets': '/tickets',
      'analysts-collections': '/collections',
      'analysts-api': '/api',
      'analysts-tokens': '/tokens',
    }),
  ];
}
