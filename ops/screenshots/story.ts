// What the pictures tell: a morning at the desk, made the way people make it, over the sites. The weeks before it are in
// `earlier-issues.ts`.
import { connect } from 'amqplib';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../shared-contracts/runtime/accounts/demo-accounts.ts';
import type { SystemUrls } from '../start/plan.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { mailsTo } from '../system-tests/testing/nodes-api.ts';
import { type Page, Visitor } from '../system-tests/testing/visitor.ts';

/** What pages of single things need to be found by. */
export type Samples = {
  /** Path of a tracking page with a conversation. */
  readonly tracking: string;
  /** Path of the ticket of the same issue. */
  readonly ticket: string;
};

/** Moves on to a moment of the story, like `2026-11-12T09:30`; without a clock it does nothing, and all happens now. */
export type MoveTo = (moment: string) => Promise<void>;

export type Report = {
  readonly subject: string;
  readonly kind: 'problem' | 'question' | 'request';
  readonly name: string;
  readonly text: string;
};

/** An issue that was reported, as its ticket and its tracking page see it. */
export type Issue = { readonly tracking: string; readonly ticket: string };

/** The people of the story, each signed in where they work. */
export type Cast = {
  readonly customer: Visitor;
  readonly ada: Visitor;
  readonly bruno: Visitor;
  /** Fills in a report; the ticket is there when it resolves. */
  report(report: Report): Promise<Issue>;
  /** An agent sends a form of a ticket; with `steps`, the customer sees so many more when it resolves. */
  work(agent: Visitor, issue: Issue, action: string, typed?: Typed, steps?: number): Promise<void>;
  /** The customer sends a form of the tracking page. */
  answer(issue: Issue, action: string, typed: Typed): Promise<void>;
};

type Typed = Readonly<Record<string, string>>;

/** The moment at which the pictures are taken. */
export const NOW = '2026-11-12T10:30';
const TODAY = '2026-11-12T';

export function castOf(urls: SystemUrls): Cast {
  const customer = new Visitor(urls.customer);
  const agent = (account: 'agent' | 'otherAgent') =>
    new Visitor(urls.backoffice, { email: DEMO_ACCOUNTS[account].email, password: DEMO_PASSWORD });
  const ada = agent('agent');
  const told = async ({ tracking }: Issue) =>
    (await customer.open(tracking)).document.querySelectorAll('.timeline li').length;
  return {
    customer,
    ada,
    bruno: agent('otherAgent'),
    report: async (report) => {
      const email = `${report.name.split(' ')[0]?.toLowerCase() || 'someone'}@example.org`;
      const page = await customer.submit(await customer.open('/'), '/issues', { ...report, email });
      const ticket = await eventually(`ticket: ${report.subject}`, async () =>
        linkIn(await ada.open('/tickets?queue=unassigned'), report.subject),
      );
      const issue = { tracking: new URL(page.url).pathname, ticket };
      await eventually('the desk has it', async () => (await told(issue)) > 1);
      return issue;
    },
    work: async (agent, issue, action, typed, steps = 0) => {
      const before = await told(issue);
      await agent.submit(await agent.open(issue.ticket), action, typed);
      await eventually(
        `${action}, as the customer sees it`,
        async () => (await told(issue)) >= before + steps,
      );
    },
    answer: async (issue, action, typed) => {
      await customer.submit(await customer.open(issue.tracking), action, typed);
    },
  };
}

/** @throws Error when the system does not get as far within some seconds. */
export async function tellStory(urls: SystemUrls, cast: Cast, moveTo: MoveTo): Promise<Samples> {
  const { ada, bruno, report, work, answer } = cast;
  const operator = new Visitor(urls.console);
  const analyst = new Visitor(urls.analysts);

  await moveTo(`${TODAY}07:50`);
  await report({
    subject: 'A chair for a bad back',
    kind: 'request',
    name: 'Robin Kerr',
    text: 'The doctor says that it helps.',
  });
  await moveTo(`${TODAY}08:05`);
  const printer = await report({
    subject: 'The printer prints blank pages',
    kind: 'problem',
    name: 'Kim Okoro',
    text: 'Since Monday every second page comes out blank.\nWe changed the toner and the paper.',
  });
  await moveTo(`${TODAY}08:20`);
  await work(ada, printer, '/assign', {}, 1);
  await work(ada, printer, '/start', {}, 1);
  await work(ada, printer, '/priority', { priority: 'high' });
  await work(ada, printer, '/tag', { tag: 'printers' });
  await work(ada, printer, '/note', { text: 'The same printer as in October.' });
  await moveTo(`${TODAY}08:32`);
  const form = await report({
    subject: 'Which form is for travel costs?',
    kind: 'question',
    name: 'Lou Brandt',
    text: 'I found three of them.',
  });
  await moveTo(`${TODAY}08:41`);
  await work(ada, printer, '/reply', { text: 'Which paper do you use?', wait: 'yes' }, 2);
  await moveTo(`${TODAY}09:02`);
  await answer(printer, '/reply', { text: 'The recycled one, 80 grams, as always.' });
  await eventually('the answer in the back office', async () =>
    (await ada.open(printer.ticket)).text.includes('The recycled one'),
  );
  await moveTo(`${TODAY}09:10`);
  await work(bruno, form, '/assign', {}, 1);
  await work(bruno, form, '/start', {}, 1);
  await work(bruno, form, '/resolve', { text: 'The blue one. We take the other two away.' }, 1);
  // None of the mails so far is to be among those that are refused.
  await mailed(urls, 'robin@example.org', 1);
  await mailed(urls, 'kim@example.org', 3);
  await mailed(urls, 'lou@example.org', 3);

  await moveTo(`${TODAY}09:24`);
  const refusing = await refuseMails(urls);
  await report({
    subject: 'A second screen, please',
    kind: 'request',
    name: 'Noor Haddad',
    text: 'For the desk by the window.',
  });
  await waiting(operator, 1);
  await moveTo(`${TODAY}09:36`);
  await refusing.end();
  await operator.submit(await operator.open('/failed/replay?group=customer.notifications'), '/failed/replay');
  await waiting(operator, 0);

  await moveTo(`${TODAY}09:48`);
  const again = await refuseMails(urls);
  await report({
    subject: 'The door of the bicycle cellar does not close any more, and the alarm goes off at night',
    kind: 'problem',
    name: 'Mika Laine',
    text: 'It happens when it is windy.',
  });
  await waiting(operator, 1);
  const newest = await operator.open('/failed?view=list');
  const key = newest.document.querySelector('input[name=messages]')?.getAttribute('value') ?? '';
  const discard = await operator.open(`/failed/discard?ticked=true&messages=${encodeURIComponent(key)}`);
  await operator.submit(discard, '/failed/discard', { reason: 'Told in person at the gate.' });
  await moveTo(`${TODAY}09:57`);
  await report({
    subject: 'My badge does not open room 214',
    kind: 'problem',
    name: 'Ines Duarte',
    text: 'It did until yesterday.',
  });
  await moveTo(`${TODAY}10:04`);
  await report({
    subject: 'How do I book the projector?',
    kind: 'question',
    name: 'Tom Aziz',
    text: 'We need it on Friday from nine to eleven.',
  });
  await waiting(operator, 2);
  await again.end();

  await moveTo(`${TODAY}10:09`);
  await sendUnreadable(urls);
  await waiting(operator, 3);
  await moveTo(`${TODAY}10:15`);
  await analyst.submit(await analyst.open('/tokens'), '/tokens', { name: 'Weekly report' });
  const erasures = await operator.open('/erasures');
  const erased = { email: 'robin@example.org', again: 'robin@example.org' };
  const erasure = await operator.submit(erasures, '/erasures', erased);
  await eventually('everything is erased', async () =>
    (await operator.open(new URL(erasure.url).pathname)).text.includes('Erasure erased'),
  );
  await moveTo(NOW);
  return printer;
}

function linkIn({ document }: Page, subject: string): string | undefined {
  const link = document.querySelectorAll('tbody a').find(({ textContent }) => textContent === subject);
  return link?.getAttribute('href');
}

/** Until so many failed messages wait for an operator. */
function waiting(operator: Visitor, count: number): Promise<boolean> {
  return eventually(`${count} failed messages`, async () => {
    const page = await operator.open('/failed?view=list');
    return page.document.querySelectorAll('tbody tr').length === count;
  });
}

function mailed({ mailbox }: SystemUrls, address: string, count: number): Promise<boolean> {
  return eventually(
    `${count} mails to ${address}`,
    async () => (await mailsTo(mailbox ?? '', address)).length === count,
  );
}

/** The mail server answers 554 to every mail until it is told otherwise. */
async function refuseMails({ mailbox }: SystemUrls): Promise<{ end(): Promise<void> }> {
  const behave = async (mode: 'accept' | 'refuse') => {
    const response = await fetch(`${mailbox}/api/behaviour`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode }),
    });
    if (!response.ok) throw new Error(`The mailbox answers ${response.status}: ${await response.text()}`);
  };
  await behave('refuse');
  return { end: () => behave('accept') };
}

async function sendUnreadable({ amqp }: SystemUrls): Promise<void> {
  const connection = await connect(amqp);
  const channel = await connection.createConfirmChannel();
  channel.publish('customer.inbox', 'TicketProgressed', Buffer.from('{"step":'), {
    type: 'TicketProgressed',
  });
  await channel.waitForConfirms();
  await connection.close();
}
