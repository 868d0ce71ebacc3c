// People who use the sites while faults happen: customers report issues and close some, employees work some tickets. They
// remember what the sites answered, and send a form again that was not answered.
import { setTimeout as pause } from 'node:timers/promises';
import { streamOf } from '../../../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../../../shared-contracts/runtime/ids.ts';
import type { SystemUrls } from '../../../start/plan.ts';
import { type Page, Visitor } from '../../testing/visitor.ts';

/** Something that a site said was done (303): the event must be in the stream, whatever happened since. */
export type Answered = { readonly stream: string; readonly type: string };

export type LoadResult = {
  readonly answered: readonly Answered[];
  /** How often a page did not come, or a form was sent and no answer or a failure came back: then it may have been done. */
  readonly failures: number;
  /** Paths of the tracking pages of issues that were worked to their end. */
  readonly resolved: readonly string[];
};

export type Load = {
  /** How many issues were reported so far. */
  reported(): number;
  /** What was answered so far. */
  answered(): readonly Answered[];
  /** Nobody reports or closes an issue any more, while employees go on; resolves when all that was begun is answered. */
  customersLeave(): Promise<void>;
  /** Begins nothing more, and resolves when everything that was begun is answered or given up. */
  stop(): Promise<LoadResult>;
};

export type LoadOptions = {
  /** Issues reported in a second. */
  readonly rate: number;
  readonly employees: number;
};

type Reported = { readonly issueId: string; readonly path: string };

const AT_ONCE = 20;
const TRY_AGAIN_MS = 200;
const TYPING_STEP_MS = 70;
const LONGEST_TYPING_MS = 600;
/** How long a form is sent again after the load has ended. */
const PATIENCE_MS = 30_000;
/** Of so many reports that were not answered, one is given up: somebody closed the browser. */
const GIVEN_UP = 4;

const text = (issueId: string) => ({ text: `What is new about ${issueId}.` });

const STEPS = [
  { action: 'assign', type: 'TicketAssigned', typed: (_: string, employeeId: string) => ({ employeeId }) },
  { action: 'start', type: 'TicketStarted', typed: () => ({}) },
  { action: 'report', type: 'TicketStatusReported', typed: text },
  { action: 'resolve', type: 'TicketResolved', typed: text },
] as const;

/** Ends with the test at the latest. */
export function startLoad(
  t: { teardown(undo: () => Promise<void>): void },
  urls: SystemUrls,
  { rate, employees }: LoadOptions,
): Load {
  const ending = new AbortController();
  const leaving = new AbortController();
  let giveUpAt = Number.POSITIVE_INFINITY;
  const answered: Answered[] = [];
  const resolved: string[] = [];
  const toWork: Reported[] = [];
  const toClose: Reported[] = [];
  const reporting = new Set<Promise<void>>();
  let begun = 0;
  let reported = 0;
  let failures = 0;

  /** Tries until there is a result; undefined when the load has ended and our patience, too. */
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
      if (answer?.status === 303) return answer.location;
      if (answer !== undefined && answer.status < 500)
        throw new Error(`${form[0]} was answered with ${answer.status}, which no fault explains.`);
      failures += 1;
      await pause(TRY_AGAIN_MS);
    }
    return undefined;
  };

  const report = async (number: number) => {
    const customer = new Visitor(urls.customer);
    const page = await insist(async () => whole(await customer.open('/')));
    if (page === undefined) return;
    const form = customer.read(page, '/issues', {
      email: `customer-${number}@example.org`,
      subject: `Issue ${number}`,
      kind: 'problem',
      text: `What is wrong in issue ${number}.`,
    });
    // Somebody types: the site may go away between the form and its answer.
    await pause((number * TYPING_STEP_MS) % LONGEST_TYPING_MS);
    const path = await send(customer, page, form, number % GIVEN_UP === 0 ? 1 : Infinity);
    if (path === undefined) return;
    const [, , issueId = ''] = path.split('/');
    answered.push({ stream: streamOf.issue(issueId), type: 'IssueReported' });
    reported += 1;
    if (number % 4 === 1) toWork.push({ issueId, path });
    if (number % 4 === 3) toClose.push({ issueId, path });
  };

  const work = async ({ issueId, path }: Reported) => {
    const ticketId = deterministicId('ticket', issueId);
    const employee = new Visitor(urls.backoffice);
    for (const { action, type, typed } of STEPS) {
      const shown = await insist(async () => {
        const page = whole(await employee.open(`/tickets/${ticketId}`));
        const employeeId = page?.document
          .querySelectorAll('#assign-employee option')
          .map((option) => option.getAttribute('value') ?? '')
          .find((value) => value !== '');
        return page === undefined || employeeId === undefined ? undefined : { page, employeeId };
      });
      if (shown === undefined) return;
      const form = employee.read(shown.page, `/${action}`, typed(issueId, shown.employeeId));
      if ((await send(employee, shown.page, form)) === undefined) return;
      answered.push({ stream: streamOf.ticket(ticketId), type });
    }
    resolved.push(path);
  };

  const close = async ({ issueId, path }: Reported) => {
    const customer = new Visitor(urls.customer);
    const page = await insist(async () => whole(await customer.open(path)));
    if (page === undefined) return;
    const form = customer.read(page, '/close');
    if ((await send(customer, page, form)) === undefined) return;
    answered.push({ stream: streamOf.issue(issueId), type: 'IssueClosed' });
  };

  const doInTurn = async (
    queue: Reported[],
    until: AbortSignal,
    task: (reported: Reported) => Promise<void>,
  ) => {
    while (!until.aborted) {
      const next = queue.shift();
      if (next === undefined) await pause(50);
      else await task(next);
    }
  };

  const reportAtRate = async () => {
    const from = performance.now();
    while (!leaving.signal.aborted) {
      const due = Math.floor(((performance.now() - from) / 1000) * rate);
      // Who waits for an answer is not overtaken by more and more others.
      if (begun < due && reporting.size < AT_ONCE) {
        const running = report(begun);
        begun += 1;
        reporting.add(running);
        void running.finally(() => reporting.delete(running)).catch(() => undefined);
      } else await pause(10);
    }
    await Promise.all(reporting);
  };

  const customers = Promise.all([reportAtRate(), doInTurn(toClose, leaving.signal, close)]);
  const working = Array.from({ length: employees }, () => doInTurn(toWork, ending.signal, work));
  const everybody = Promise.all([customers, ...working]);
  // Who fails before the load is stopped is heard by whoever stops it.
  everybody.catch(() => undefined);
  t.teardown(async () => {
    leaving.abort();
    ending.abort();
    giveUpAt = Math.min(giveUpAt, performance.now());
    await everybody.catch(() => undefined);
  });
  return {
    reported: () => reported,
    answered: () => answered,
    customersLeave: async () => {
      leaving.abort();
      await customers;
    },
    stop: async () => {
      leaving.abort();
      ending.abort();
      giveUpAt = performance.now() + PATIENCE_MS;
      await everybody;
      return { answered, failures, resolved };
    },
  };
}

/** A page that came as it should; undefined where what it is about is not there yet. */
function whole(page: Page): Page | undefined {
  if (page.status >= 500) throw new Error(`${page.url} was answered with ${page.status}.`);
  return page.status === 200 ? page : undefined;
}
