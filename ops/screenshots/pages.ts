// Every page that people see, once: what there are pictures of, and what is held to be readable and to fit a phone
// (`ops/system-tests/pages/every-page.test.ts`). One list, and so one file, however many pages there are.
import type { Page as BrowserPage } from 'playwright-core';
import type { DEMO_ACCOUNTS } from '../../shared-contracts/runtime/accounts/demo-accounts.ts';
import type { SystemUrls } from '../start/plan.ts';
import type { Samples } from './story.ts';

export type Site = 'customer' | 'backoffice' | 'console' | 'analysts' | 'mailbox' | 'traces' | 'broker';

/** A page with something to show. */
export type ShownPage = {
  /** Names its picture; begins with its site. */
  readonly name: string;
  readonly site: Site;
  readonly path: (samples: Samples) => string;
  /** Who looks at it; null is nobody who is signed in. */
  readonly as: Viewer;
  /** The links to follow from there, each the first that a selector finds. */
  readonly follow?: readonly string[];
  /** What is then done on the page. */
  readonly act?: (page: BrowserPage) => Promise<void>;
  /** The file that it is written in. */
  readonly template: string;
  readonly sentence: string;
};

/** An account of the demo. */
export type Viewer = keyof typeof DEMO_ACCOUNTS | null;

type Facts = Pick<ShownPage, 'follow' | 'act'> &
  Partial<Pick<ShownPage, 'as'>> & { readonly path?: string | ShownPage['path'] };

const BASE = 'shared-contracts/runtime/web/pages';
const FOLDER_OF: Readonly<Record<Site, string>> = {
  customer: 'customer/pages',
  backoffice: 'backoffice/pages',
  console: 'ops/console/pages',
  analysts: 'projections/pages',
  mailbox: 'ops/embedded/mail/pages',
  traces: 'ops/embedded/traces/pages',
  broker: 'ops/embedded/broker/pages',
};

/** Where pages are written. */
export const FOLDERS: readonly string[] = [...Object.values(FOLDER_OF), BASE, 'ops/embedded/shared/pages'];

function on(site: Site, folder = FOLDER_OF[site]) {
  return (name: string, template: string, facts: Facts, sentence: string): ShownPage => {
    const { path = '/', as = 'admin', ...others } = facts;
    return {
      ...{ name: `${site}-${name}`, site, sentence, template: `${folder}/${template}.hbs` },
      ...{ path: typeof path === 'string' ? () => path : path, as, ...others },
    };
  };
}

const customer = on('customer');
const backoffice = on('backoffice');
const console = on('console');
const analysts = on('analysts');
const mailbox = on('mailbox');
const traces = on('traces');
const broker = on('broker');

const FAILED = '/failed?view=list';
const PARKED_MAIL = `${FAILED}&group=customer.notifications`;
const FIRST = 'main tbody a';

export const PAGES: readonly ShownPage[] = [
  customer(
    'report',
    'report-issue',
    { act: fillInReport },
    'Anybody reports an issue; no account is needed.',
  ),
  customer(
    'tracking',
    'track-issue',
    { path: ({ tracking }) => tracking },
    'The tracking page, whose address is the key to it, tells what happened and takes answers.',
  ),
  customer('links', 'lost-links', { path: '/links' }, 'Who has lost a link has all of them mailed.'),
  on('customer', BASE)('not-found', 'error', { path: '/nowhere' }, 'An error says what to do next.'),

  on('backoffice', BASE)(
    'sign-in',
    'sign-in',
    { path: '/sign-in', as: null },
    'Employees sign in, with one account for all sites.',
  ),
  backoffice(
    'tickets',
    'ticket-list',
    { path: '/tickets?queue=all', as: 'agent' },
    'The lists of tickets: searched, filtered and sorted, with changes of many at once.',
  ),
  backoffice(
    'ticket',
    'ticket',
    { path: ({ ticket }) => ticket, as: 'agent' },
    'A ticket: what was said, notes that only colleagues see, and all that can be done next.',
  ),
  backoffice(
    'new-ticket',
    'prepare-ticket',
    { path: '/tickets/new', as: 'agent' },
    'A ticket is prepared by hand.',
  ),
  backoffice(
    'change-many',
    'change-tickets',
    { path: '/tickets?queue=all', as: 'agent', act: changeTwo },
    'A change of several tickets that lacks something asks for it and forgets nothing.',
  ),
  backoffice(
    'employees',
    'employees',
    { path: '/employees' },
    'Administrators register employees and give them roles.',
  ),
  on('backoffice', BASE)(
    'account',
    'account',
    { path: '/account', as: 'agent' },
    'Everybody changes their own password.',
  ),

  console(
    'overview',
    'overview',
    {},
    'Each group: whether it gets on, how far it is behind, and what waits for a person.',
  ),
  console(
    'failed-by-error',
    'failed-messages',
    { path: '/failed' },
    'Failed messages by what went wrong, to replay or delete all of a kind.',
  ),
  console(
    'failed-messages',
    'failed-messages',
    { path: FAILED },
    'Failed messages one by one, each with its stack, its trace, and a button.',
  ),
  console(
    'failed-message',
    'failed-message',
    { path: PARKED_MAIL, follow: [FIRST] },
    'One of them: the error, each attempt, the event without its personal fields, and what was done.',
  ),
  console(
    'edit-message',
    'edit-message',
    { path: PARKED_MAIL, follow: [FIRST, 'a[href$="/edit"]'] },
    'A message can be replayed with other data; the original stays as it is.',
  ),
  console(
    'confirm-replay',
    'confirm-replay',
    { path: '/failed/replay?group=customer.notifications' },
    'Before many are replayed, the page says what is going to happen.',
  ),
  console(
    'confirm-discard',
    'confirm-discard',
    { path: '/failed/discard?group=customer.notifications' },
    'What is not to be handled is put aside with a reason.',
  ),
  console(
    'replays',
    'replays',
    { path: '/replays' },
    'Each replay, who asked for it, and what became of it.',
  ),
  console('replay', 'replay', { path: '/replays', follow: [FIRST] }, 'One replay, message by message.'),
  console(
    'streams',
    'streams',
    { path: '/streams' },
    'All events as they are written, or those of a stream or type.',
  ),
  console(
    'event',
    'event',
    { path: '/streams?by=category&name=issue', follow: [FIRST] },
    'An event with its metadata; what is personal is hidden.',
  ),
  console(
    'conversation',
    'conversation',
    { path: PARKED_MAIL, follow: [FIRST, 'a[href^="/conversations/"]', 'nav a:has-text("By causes")'] },
    'Everything that one report has led to, in both services, as a tree of causes.',
  ),
  console(
    'read-models',
    'read-models',
    { path: '/read-models' },
    'Read models are rebuilt while they serve, and held against the streams.',
  ),
  console('audit', 'audit', { path: '/audit' }, 'Who has done what, from the streams.'),
  console('health', 'health', { path: '/health' }, 'Each server and service, checked when somebody looks.'),
  console(
    'erasures',
    'erasures',
    { path: '/erasures' },
    'An administrator makes a customer unreadable everywhere and for good.',
  ),
  console(
    'erasure',
    'erasure',
    { path: '/erasures', follow: [FIRST] },
    'How far an erasure is, step by step.',
  ),

  analysts(
    'dashboard',
    'dashboard',
    {},
    'How many tickets, how fast, how well; every number leads to its tickets.',
  ),
  analysts('tickets', 'tickets', { path: '/tickets' }, 'The tickets behind a number, to be exported.'),
  analysts(
    'ticket',
    'ticket',
    { path: ({ ticket }) => `${ticket}?at=2026-11-12T08:30:00Z` },
    'A ticket as it was at any moment, beside what it is now.',
  ),
  analysts('failures', 'failures', { path: '/failures' }, 'The failed messages behind a number.'),
  analysts(
    'collections',
    'collections',
    { path: '/collections' },
    'What the read models hold, field by field.',
  ),
  analysts('api', 'api', { path: '/api' }, 'The HTTP API: each operation, parameter, answer and error code.'),
  analysts(
    'tokens',
    'tokens',
    { path: '/tokens' },
    'Programs come with a token, which can be revoked by itself.',
  ),

  mailbox('list', 'list', {}, 'The mails that the product sent, where no real mail server is set.'),
  mailbox('mail', 'mail', { follow: ['main td.subject a'] }, 'A mail as the customer reads it.'),
  traces(
    'list',
    'list',
    { path: '/?operation=POST' },
    'The traces of what people have sent, over all services.',
  ),
  traces(
    'trace',
    'trace',
    { path: '/?operation=POST+%2Fissues&error=1', follow: ['main td.name a'] },
    'The trace of a report: from the form over both services to the handler that failed.',
  ),
  broker('overview', 'overview', {}, 'The queues between the two services.'),
  broker('queue', 'queue', { follow: ['main tbody a'] }, 'A queue and who takes from it.'),
  broker(
    'exchange',
    'exchange',
    { follow: ['a[href="/exchanges/backoffice.inbox"]'] },
    'An exchange and where it leads.',
  ),
];

/** Templates without a picture, and why. */
export const NOT_SHOWN: Readonly<Record<string, string>> = {
  'ops/embedded/broker/pages/missing.hbs': 'one sentence',
  'ops/embedded/shared/pages/problem.hbs': 'one sentence',
};

/** Leads a browser to a page. */
export async function openPage(
  browser: BrowserPage,
  urls: SystemUrls,
  { name, site, path, follow = [], act }: ShownPage,
  samples: Samples,
): Promise<void> {
  await browser.goto(new URL(path(samples), urls[site]).href);
  for (const selector of follow) {
    const href = await browser.locator(selector).first().getAttribute('href');
    if (href === null)
      throw new Error(`On the way to ${name}, ${selector} on ${browser.url()} leads nowhere.`);
    await browser.goto(new URL(href, browser.url()).href);
  }
  await act?.(browser);
}

async function fillInReport(page: BrowserPage): Promise<void> {
  await page.getByLabel('Your e-mail address').fill('kim@example.org');
  await page.getByLabel('Your name').fill('Kim Okoro');
  await page.getByLabel('Subject').fill('The printer prints blank pages');
  await page
    .getByLabel('What is wrong?')
    .fill('Since Monday every second page comes out blank.\nWe changed the toner and the paper.');
}

async function changeTwo(page: BrowserPage): Promise<void> {
  const boxes = page.locator('input[name=tickets]');
  for (const box of [boxes.first(), boxes.nth(1)]) await box.check();
  await page.locator('#change-many > summary').click();
  await page.locator('button[name=change][value=tag]').click();
}
