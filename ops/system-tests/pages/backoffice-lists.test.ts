// A list of tickets shows what was asked for, or says why it cannot; a ticket itself can be worked all the same.
import t from 'tap';
import { reportTo, SCRIPT } from '../testing/backoffice-forms.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedSystem } from '../testing/shared-system.ts';
import { Visitor } from '../testing/visitor.ts';

t.test('while MongoDB does not answer, a ticket can be worked, and lists say so', async (t) => {
  const { system } = await sharedSystem();
  const employee = new Visitor(system.urls.backoffice);
  const customer = new Visitor(system.urls.customer);
  const { tracking, path } = await reportTo(customer, employee, 'Wet sheets');
  await customer.submit(await customer.open(tracking), '/reply', { text: 'And it smells.' });
  await eventually(
    'reply',
    async () => (await employee.open(path)).text.includes('And it smells.') || undefined,
  );
  system.kill('nodes', 'SIGSTOP');
  try {
    const missing = await employee.open('/tickets');
    t.equal(missing.status, 503);
    t.match(missing.text, 'Lists of tickets cannot be shown just now');
    const page = await employee.open(path);
    t.match(page.text, 'The customer wrote');
    const noted = await employee.submit(page, '/note', { text: 'Nothing else works.' });
    t.match(noted.text, 'The note is added. The lists are still catching up.');
    t.match(noted.document.querySelector('#conversation')?.text, 'Nothing else works.');
  } finally {
    system.kill('nodes', 'SIGCONT');
  }
});

t.test('filters that cannot be are named', async (t) => {
  const employee = new Visitor((await sharedSystem()).system.urls.backoffice);
  const wrong = await employee.open(
    `/tickets?status=lost&priority=${encodeURIComponent(SCRIPT)}&from=yesterday&page=x&tag=A B&assignee=7`,
  );
  t.equal(wrong.status, 400);
  t.notMatch(wrong.document.toString(), SCRIPT);
  const errors = wrong.document.querySelectorAll('.field-error').map(({ text }) => text.trim());
  t.strictSame(errors, [
    'There is no such status.',
    'There is no such priority.',
    'There is no such employee.',
    'A tag has small letters, digits and dashes.',
    'Give a day, like 2026-11-22.',
  ]);
  for (const query of [
    'from=2026-11-22&to=2026-11-21',
    'queue=lost',
    'page=after.9.1.x',
    'text=%21%21',
    'sort=size',
  ])
    t.equal((await employee.open(`/tickets?${query}`)).status, 400, query);
  t.equal((await employee.open('/tickets/7')).status, 400);
});
