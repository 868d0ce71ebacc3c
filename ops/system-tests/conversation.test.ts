// Customer and employee write to each other about one issue, over both services and the broker, and each step has its mail.
import t from 'tap';
import { eventually } from './testing/eventually.ts';
import { mailsTo } from './testing/nodes-api.ts';
import { sharedSystem } from './testing/shared-system.ts';
import { type Page, Visitor } from './testing/visitor.ts';

const KIM = 'kim.in.conversation@example.org';
const KIM_SHOUTS = 'KIM.in.conversation@example.org';
const SUBJECT = 'Blank pages, and a talk about them';

t.test('a conversation', async (t) => {
  const { urls } = (await sharedSystem()).system;
  const customer = new Visitor(urls.customer);
  const employee = new Visitor(urls.backoffice);

  const form = await customer.open('/');
  const report = { email: KIM, subject: SUBJECT, kind: 'problem', text: 'Every second page is blank.' };
  const tracking = new URL((await customer.submit(form, '/issues', report)).url).pathname;
  const link = await eventually('ticket', async () => {
    const page = await employee.open('/tickets?queue=unassigned');
    return page.document.querySelectorAll('tbody a').find((each) => each.textContent === SUBJECT);
  });
  const path = link.getAttribute('href') ?? '';

  /** What a timeline says, the oldest first: what happened, and the words that came with it. */
  const timelineOf = (page: Page) =>
    page.document
      .querySelectorAll('.timeline li')
      .map((entry) => entry.querySelectorAll('p').map((line) => line.textContent));
  const seen = (visitor: Visitor, where: string, text: string) =>
    eventually(text, async () => {
      const page = await visitor.open(where);
      return page.text.includes(text) ? page : undefined;
    });

  await t.test('what the employee asks arrives, and the ticket waits for the answer', async (t) => {
    const asked = await employee.submit(await employee.open(path), '/reply', {
      text: 'Which paper do you use?',
      wait: 'yes',
    });
    t.match(asked.text, 'Your reply is on its way.');
    t.equal(asked.document.querySelector('.badge')?.textContent, 'Waiting for the customer');
    const page = await seen(customer, tracking, 'We are waiting for your answer.');
    t.strictSame(timelineOf(page).slice(2), [
      ['Elena Fuchs wrote:', 'Which paper do you use?'],
      ['We are waiting for your answer.'],
    ]);
  });

  await t.test('the answer arrives, and the ticket waits no longer', async (t) => {
    const empty = await customer.submit(await customer.open(tracking), '/reply');
    t.equal(empty.status, 400);
    t.equal(
      empty.document.querySelector('#reply-text-error')?.textContent.trim(),
      'Write what you want to tell us.',
    );
    const written = await customer.submit(empty, '/reply', { text: 'The <thin> one.' });
    t.match(written.text, 'Thank you. We have what you wrote.');
    const page = await seen(employee, path, 'The customer wrote');
    t.strictSame(timelineOf(page)[0], ['The customer wrote', 'The <thin> one.']);
    t.equal(page.document.querySelector('.badge')?.textContent, 'Prepared');
  });

  await t.test('a note stays in the back office', async (t) => {
    const noted = await employee.submit(await employee.open(path), '/note', { text: 'As last month.' });
    t.strictSame(timelineOf(noted)[0], ['Internal note', 'As last month.']);
  });

  await t.test('a resolution is rated, and what is still wrong opens both again', async (t) => {
    let ticket = await employee.open(path);
    const someone = ticket.document.querySelectorAll('#assign-employee option')[1]?.getAttribute('value');
    ticket = await employee.submit(ticket, '/assign', { employeeId: someone ?? '' });
    ticket = await employee.submit(ticket, '/start');
    await employee.submit(ticket, '/resolve', { text: 'Use the thick one.' });
    const solved = await seen(customer, tracking, 'We believe that it is solved.');
    const rated = await customer.submit(solved, '/rate', { helped: 'no' });
    t.match(rated.text, 'Thank you for telling us.');
    await seen(employee, path, 'The customer says: it did not help');
    await customer.submit(rated, '/reply', { text: 'The thick one is blank, too.' });
    const again = await seen(employee, path, 'Reopened by the customer');
    t.strictSame(timelineOf(again)[0], ['Reopened by the customer', 'The thick one is blank, too.']);
    const page = await seen(customer, tracking, 'We are looking at it again.');
    t.strictSame(timelineOf(page).slice(-3), [
      ['You said that it did not help.'],
      ['You opened it again:', 'The thick one is blank, too.'],
      ['We are looking at it again.'],
    ]);
    t.notMatch(page.text, 'As last month.');
  });

  await t.test('an open page is told of changes, and nobody else is', async (t) => {
    const following = new AbortController();
    t.teardown(() => following.abort());
    const told = await fetch(new URL(`${tracking}/live`, urls.customer), { signal: following.signal });
    t.match(told.headers.get('content-type'), 'text/event-stream');
    const reader = told.body?.getReader();
    await customer.submit(await customer.open(tracking), '/reply', { text: 'Thank you for looking.' });
    let heard = '';
    while (!heard.includes('event: changed')) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) break;
      heard += Buffer.from(value).toString();
    }
    t.match(heard, 'event: changed');
    const wrong = await fetch(new URL(`${tracking.slice(0, -4)}AAAA/live`, urls.customer));
    t.equal(wrong.status, 404);
  });

  await t.test(
    'lost links are mailed, and the answer does not tell whether the address is known',
    async (t) => {
      const answers = new Map<string, string>();
      for (const email of ['stranger@example.org', KIM_SHOUTS, KIM]) {
        answers.set(email, (await customer.submit(await customer.open('/links'), '/links', { email })).text);
      }
      t.equal(new Set(answers.values()).size, 1);
      const mail = await eventually('mail with the links', async () => {
        const found = await mailsTo(urls.mailbox ?? '', KIM_SHOUTS);
        return found.find(({ subject }) => subject === 'The links to your issues');
      });
      t.match(mail.text, new URL(tracking, urls.customer).href);
      t.strictSame(await mailsTo(urls.mailbox ?? '', 'stranger@example.org'), []);
    },
  );

  await t.test('each step that matters had one mail, all of them in one thread', async (t) => {
    const mails = await eventually('mails', async () => {
      const found = await mailsTo(urls.mailbox ?? '', KIM);
      return found.length === 6 ? found : undefined;
    });
    const headlines = mails.map(({ text }) => text.split('\n').filter((line) => line !== '')[1]);
    t.strictSame(headlines.toSorted(), [
      'Elena Fuchs wrote to you:',
      'We are looking at your issue again.',
      'We believe that your issue is solved.',
      'We have begun to work on your issue.',
      'We have received your report:',
      'here are the links to the issues that were reported with this address:',
    ]);
    const number = (await customer.open(tracking)).document.querySelector('#number')?.textContent;
    t.strictSame([...new Set(mails.map(({ subject }) => subject))].sort(), [
      `${SUBJECT} [${number}]`,
      `Re: ${SUBJECT} [${number}]`,
      'The links to your issues',
    ]);
    t.equal(new Set(mails.map(({ messageId }) => messageId)).size, 6);
  });
});
