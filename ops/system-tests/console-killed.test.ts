// The console and the service are killed in the middle of a replay: nothing is lost, and no effect comes twice.
import t from 'tap';
import { eventually } from './testing/eventually.ts';
import { mailsTo } from './testing/nodes-api.ts';
import { Visitor } from './testing/visitor.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const REPORTS = 40;
const KIM = 'kim@example.org';
const WAITING = '/failed?group=customer.notifications&view=list';

t.test('a replay that is interrupted', async (t) => {
  const whole = await startWholeSystem();
  t.teardown(async () => {
    await whole.end();
    if (!t.passing()) for (const line of whole.lines) t.comment(line);
  });
  const { urls } = whole.system;
  const customer = new Visitor(urls.customer);
  const operator = new Visitor(urls.console);
  const report = { email: KIM, kind: 'problem', text: 'Every second page is blank.' };
  for (let number = 1; number <= REPORTS; number += 1) {
    await customer.submit(await customer.open('/'), '/issues', { ...report, subject: `Page ${number}` });
  }
  await eventually('every confirmation waits for an operator', async () =>
    (await operator.open(WAITING)).text.includes(`${REPORTS} messages`),
  );

  const confirm = await operator.open('/failed/replay?group=customer.notifications');
  const replay = new URL((await operator.submit(confirm, '/failed/replay')).url).pathname;
  const back = [whole.system.restarted('console'), whole.system.restarted('customer')];
  whole.system.kill('console', 'SIGKILL');
  whole.system.kill('customer', 'SIGKILL');
  await Promise.all(back);

  // Whatever was not asked for before the console died is asked for now; what was, is not asked for again.
  const page = await operator.open(replay);
  const interrupted = page.document.querySelectorAll('form').some((form) => {
    return form.getAttribute('action')?.endsWith('/resume') ?? false;
  });
  if (interrupted) await operator.submit(page, '/resume');
  await eventually('the replay has ended', async () =>
    (await operator.open(replay)).text.includes('It has ended.'),
  );

  const ended = await operator.open(replay);
  const facts = ended.document.querySelectorAll('.facts dd').map((each) => each.textContent);
  t.strictSame(facts, [String(REPORTS), '0', '0', '0', `${REPORTS} of ${REPORTS}`]);
  t.match((await operator.open(WAITING)).text, 'No message waits for you.');
  const mails = await mailsTo(urls.mailbox ?? '', KIM);
  const subjects = mails.map(({ subject }) => Number(/^Page (\d+) /.exec(subject)?.[1]));
  t.strictSame(
    [...new Set(subjects)].sort((a, b) => a - b),
    Array.from({ length: REPORTS }, (_, index) => index + 1),
    'every confirmation was mailed',
  );
  // A mail that was accepted just before the kill may come again, as the same: nobody can tell it from one that was not.
  t.equal(new Set(mails.map(({ messageId }) => messageId)).size, REPORTS);
});
