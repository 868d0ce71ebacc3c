// What people do on the sites, one form after the other. They remember what was answered, and send a form again that was not.
import { setTimeout as pause } from 'node:timers/promises';
import { streamOf } from '../../../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../../../shared-contracts/runtime/ids.ts';
import type { SystemUrls } from '../../../start/plan.ts';
import { type Page, Visitor } from '../../testing/visitor.ts';

/** Something that a site said was done (303): the event must be in the stream, whatever happened since. */
export type Answered = { readonly stream: string; readonly type: string };

export type Reported = { readonly issueId: string; readonly path: string };

export type People = {
  readonly answered: readonly Answered[];
  /** Paths of the tracking pages of issues that were worked to their end. */
  readonly resolved: readonly string[];
  /** How often a page did not come, or a form was sent and no answer or a failure came back: then it may have been done. */
  failures(): number;
  /** Reports an issue; undefined when that was given up. */
  report(number: number): Promise<Reported | undefined>;
  /** A customer writes once more about an issue. */
  reply(reported: Reported): Promise<void>;
  /** A customer closes an issue. */
  close(reported: Reported): Promise<void>;
  /** An employee works the ticket of an issue from its preparation to its end. */
  work(reported: Reported): Promise<void>;
  /** From that moment of `performance.now()` on nobody tries again. */
  giveUpAt(moment: number): void;
};

const TRY_AGAIN_MS = 200;
const TYPING_STEP_MS = 70;
const LONGEST_TYPING_MS = 600;
/** Of so many reports one is not sent again when it is not answered: somebody closed the browser. */
const GIVEN_UP = 4;

/** The site's answer to a form whose page did not show the newest: whoever sent it looks again, and decides again. */
const STALE = 'stale';
const MOST_STALE = 10;

const text = (issueId: string) => ({ text: `What is new about ${issueId}.` });

const STEPS = [
  { action: 'assign', type: 'TicketAssigned', typed: (_: string, employeeId: string) => ({ employeeId }) },
  { action: 'start', type: 'TicketStarted', typed: () => ({}) },
  { action: 'reply', type: 'TicketReplySent', typed: text },
  { action: 'report', type: 'TicketStatusReported', typed: text },
  { action: 'resolve', type: 'TicketResolved', typed: text },
] as const;

export function createPeople(urls: SystemUrls): People {
  const answered: Answered[] = [];
  const resolved: string[] = [];
  // All employees use one session: signing in is made slow on purpose, and its rate is limited.
  const employee = new Visitor(urls.backoffice);
  let failures = 0;
  let giveUpAt = Number.POSITIVE_INFINITY;

  /** Tries until there is a result; undefined when patience has ended. */
  const insist = async <Result>(attempt: () => Promise<Result | undefined>): Promise<Result | undefined> => {
    for (;;) {
      const result = await attempt().catch(() => {
        failures += 1;
        return undefined;
      });
      if (result !== undefined || performance.now() > giveUpAt) return result;
      await pause(TRY_AGAIN_MS);
    }
  };

  /** Sends a form until the site says that it is done; `tries` may end it before. */
  const send = async (visitor: Visitor, page: Page, form: [string, URLSearchParams], tries = Infinity) => {
    for (let left = tries; left > 0 && performance.now() < giveUpAt; left -= 1) {
      const answer = await visitor.sendOnly(page, ...form).catch(() => undefined);
      if (answer?.status === 303 && !answer.location.startsWith('/sign-in')) return answer.location;
      if (answer?.status === 409 && visitor === employee) return STALE;
      if (answer !== undefined && answer.status < 500 && answer.status !== 303)
        throw new Error(`${form[0]} was answered with ${answer.status}, which no fault explains.`);
      failures += 1;
      await pause(TRY_AGAIN_MS);
    }
    return undefined;
  };

  /** What a customer does with a form of the tracking page. */
  const track = async ({ issueId, path }: Reported, action: string, type: string, typed = {}) => {
    const customer = new Visitor(urls.customer);
    const page = await insist(async () => whole(await customer.open(path)));
    if (page === undefined) return;
    const sent = await send(customer, page, customer.read(page, action, typed));
    if (sent !== undefined) answered.push({ stream: streamOf.issue(issueId), type });
  };

  return {
    answered,
    resolved,
    failures: () => failures,
    report: async (number) => {
      const customer = new Visitor(urls.customer);
      const page = await insist(async () => whole(await customer.open('/')));
      if (page === undefined) return undefined;
      const form = customer.read(page, '/issues', {
        email: `customer-${number}@example.org`,
        subject: `Issue ${number}`,
        kind: 'problem',
        text: `What is wrong in issue ${number}.`,
      });
      // Somebody types: the site may go away between the form and its answer.
      await pause((number * TYPING_STEP_MS) % LONGEST_TYPING_MS);
      const path = await send(customer, page, form, number % GIVEN_UP === 0 ? 1 : Infinity);
      if (path === undefined) return undefined;
      const [, , issueId = ''] = path.split('/');
      answered.push({ stream: streamOf.issue(issueId), type: 'IssueReported' });
      return { issueId, path };
    },
    reply: (reported) => track(reported, '/reply', 'IssueReplied', text(reported.issueId)),
    close: (reported) => track(reported, '/close', 'IssueClosed'),
    work: async ({ issueId, path }) => {
      const ticketId = deterministicId('ticket', issueId);
      const step = async ({ action, typed }: (typeof STEPS)[number]) => {
        const shown = await insist(async () => {
          const page = whole(await employee.open(`/tickets/${ticketId}`));
          const employeeId = page?.document
            .querySelectorAll('#assign-employee option')
            .map((option) => option.getAttribute('value') ?? '')
            .find((value) => value !== '');
          return page === undefined || employeeId === undefined ? undefined : { page, employeeId };
        });
        if (shown === undefined) return undefined;
        const form = employee.read(shown.page, `/${action}`, typed(issueId, shown.employeeId));
        return send(employee, shown.page, form);
      };
      for (const each of STEPS) {
        let sent = await step(each);
        for (let tries = 1; sent === STALE; tries += 1) {
          if (tries > MOST_STALE) throw new Error(`${each.action} is stale however often the page is read.`);
          sent = await step(each);
        }
        if (sent === undefined) return;
        answered.push({ stream: streamOf.ticket(ticketId), type: each.type });
      }
      resolved.push(path);
    },
    giveUpAt: (moment) => {
      giveUpAt = Math.min(giveUpAt, moment);
    },
  };
}

/** A page that came as it should; undefined where what it is about is not there yet. */
function whole(page: Page): Page | undefined {
  if (page.status >= 500) throw new Error(`${page.url} was answered with ${page.status}.`);
  return page.status === 200 ? page : undefined;
}
