// Messages between the services come in the opposite order: what can be done is done, the rest waits for an operator.
import type { HTMLElement } from 'node-html-parser';
import t from 'tap';
import { categoryOf, streamOf } from '../../../shared-contracts/messages/names.ts';
import { HEADER } from '../../../shared-contracts/runtime/bus/wire-message.ts';
import { eventually } from '../testing/eventually.ts';
import { Visitor } from '../testing/visitor.ts';
import { type Account, ALL_IS_WELL, startAccountant } from './testing/account.ts';
import { startFaultSystem } from './testing/fault-system.ts';
import { type HeldQueue, startInterceptor } from './testing/interceptor.ts';
import { type Load, startLoad } from './testing/load.ts';
import type { Answered } from './testing/people.ts';

t.test('what comes in the opposite order is done all the same, or waits for an operator', async (t) => {
  const holding: HeldQueue[] = [];
  const system = await startFaultSystem(t, {
    beforeServices: async ({ amqp }) => {
      const interceptor = await startInterceptor(t, amqp);
      for (const service of ['backoffice', 'customer'] as const)
        holding.push(await interceptor.hold(service));
      return {};
    },
  });
  const [toBackoffice, toCustomer] = holding;
  if (toBackoffice === undefined || toCustomer === undefined) throw new Error('Nothing is held.');
  const accountant = startAccountant(t, system);
  const load = startLoad(t, system.urls, { rate: 6, employees: 2, replies: false });
  await eventually(
    'some customers have closed their issues',
    () => load.reported() >= 24 && closed(load).length >= 3,
  );
  await load.customersLeave();
  const isHeld = ({ stream, type }: Answered) =>
    toBackoffice.messages.some(
      ({ options }) =>
        options.type === TOLD_BY[type] && streamOf.issue(String(options.headers?.[HEADER.about])) === stream,
    );
  await eventually('all that customers did is held', () => load.answered().every(isHeld));
  await toBackoffice.turnRound();

  await eventually('tickets have been worked', () => done(load, 'TicketResolved').length >= 2);
  const { answered, failures, resolved } = await load.stop();
  t.comment(`${answered.length} forms were answered, ${failures} requests were not`);
  await eventually('all news is held', async () => {
    const { newsMissing } = await accountant.read(answered);
    const news = newsMissing.length + done(load, 'TicketReplySent').length;
    return news === toCustomer.messages.length;
  });
  await toCustomer.turnRound();

  // A ticket cannot be cancelled before there is one; what comes behind waits for it, which only an operator can end.
  const waiting = closed(load).map((issueId) => streamOf.inbox('backoffice', issueId));
  const expected: Account = {
    ...ALL_IS_WELL,
    issuesWithoutTicket: closed(load).toSorted(),
    parked: waiting.map((stream) => `backoffice.inbox: CancelTicket of ${stream}`).toSorted(),
    blocked: waiting.map((stream) => `backoffice.inbox: ${stream}`).toSorted(),
  };
  t.strictSame(await accountant.until(expected, answered), expected);

  await t.test('the customer reads the steps in their own order', async (t) => {
    t.ok(resolved.length > 0, `${resolved.length} issues are solved`);
    const customer = new Visitor(system.urls.customer);
    for (const path of resolved) {
      const page = await customer.open(path);
      const entries = page.document.querySelectorAll('.timeline li');
      t.strictSame(
        [page.document.querySelector('.badge')?.textContent, ...entries.map(firstLine)],
        ALL_STEPS,
      );
    }
  });

  await t.test('an operator lets the tickets be prepared, and then be cancelled', async (t) => {
    const operator = new Visitor(system.urls.console);
    const list = '/failed?view=list&group=backoffice.inbox';
    const follow = async (path: string, link: string) => {
      const page = await operator.open(path);
      return operator.open(page.document.querySelector(link)?.getAttribute('href') ?? '');
    };
    for (const _ of waiting)
      await operator.submit(await follow(list, 'tbody a[href^="/failed/discard"]'), '/failed/discard', {
        reason: 'There is no ticket yet.',
      });
    t.strictSame(await accountant.until(ALL_IS_WELL, answered), ALL_IS_WELL);
    for (const _ of waiting)
      await operator.submit(await follow(`${list}&state=discarded`, 'tbody a'), '/failed/replay');
    const rows = async () =>
      (await operator.open(`${list}&state=recovered`)).document.querySelectorAll('tbody tr');
    await eventually('all are recovered', async () => (await rows()).length === waiting.length);
    t.strictSame(await accountant.until(ALL_IS_WELL, answered), ALL_IS_WELL);
  });
});

/** What the customer service tells the back office when this has happened. */
const TOLD_BY: Readonly<Record<string, string>> = {
  IssueReported: 'PrepareTicket',
  IssueClosed: 'CancelTicket',
};

const ALL_STEPS = [
  'Solved',
  'You reported the issue.',
  'Your report is on our desk.',
  'Somebody will look after it.',
  'We are working on it.',
  'Somebody wrote:',
  'News from the work:',
  'We believe that it is solved.',
];

/** What an entry says; not who wrote it. */
function firstLine(entry: HTMLElement): string | undefined {
  return entry.querySelector('p')?.textContent.replace(/^.+ wrote:$/, 'Somebody wrote:');
}

/** Ids of the issues that their customers have closed. */
function closed(load: Load): readonly string[] {
  return done(load, 'IssueClosed').map((stream) => stream.slice(categoryOf.issue.length));
}

/** Streams in which the sites said that this was done. */
function done(load: Load, type: string): readonly string[] {
  return load.answered().flatMap((answered) => (answered.type === type ? [answered.stream] : []));
}
