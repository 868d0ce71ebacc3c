// No employee changes a ticket on the strength of what they have not seen: the news comes first, and what was typed stays.
import t from 'tap';
import { changed, countAppended, formsOf, reportTo, startWork } from '../testing/backoffice-forms.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedSystem } from '../testing/shared-system.ts';
import { type Page, Visitor } from '../testing/visitor.ts';

t.test('nobody overwrites what they have not seen', async (t) => {
  const { urls } = (await sharedSystem()).system;
  const appended = countAppended(t, urls.eventstore);
  const employee = new Visitor(urls.backoffice);
  const customer = new Visitor(urls.customer);
  const { tracking, path } = await reportTo(customer, employee, 'Grey sheets');
  const page = await startWork(employee, path);
  const [action, body] = employee.read(page, '/resolve', { text: 'The drum is replaced.' });
  await customer.submit(await customer.open(tracking), '/reply', { text: 'And it smells.' });
  await eventually(
    'reply',
    async () => (await employee.open(path)).text.includes('And it smells.') || undefined,
  );
  const count = await appended();

  const refused = await employee.send(page, action, body);
  t.equal(refused.status, 409);
  t.match(
    refused.document.querySelector('.news')?.text.replace(/\s+/g, ' '),
    /The customer wrote ?And it smells\./,
  );
  t.equal(refused.document.querySelector('#resolve-text')?.textContent.trim(), 'The drum is replaced.');
  t.equal(await appended(), count);

  const note = await employee.submit(page, '/note', { text: 'What a note says stays right.' });
  t.match(note.text, 'The note is added.');
  const again = await employee.submit(refused, '/resolve');
  t.equal(again.status, 409, 'the note is news, too');
  const resolved = await employee.submit(again, '/resolve');
  t.match(resolved.text, 'The ticket is resolved.');
  t.match((await employee.send(page, action, body)).status, 409);
});

t.test('several tickets at once: each has its result', async (t) => {
  const { urls } = (await sharedSystem()).system;
  const appended = countAppended(t, urls.eventstore);
  const employee = new Visitor(urls.backoffice);
  const { path } = await reportTo(new Visitor(urls.customer), employee, 'Damp sheets');
  await employee.submit(await startWork(employee, path), '/resolve', { text: 'They are dry.' });
  const [first, second] = await Promise.all(
    ['One', 'Two'].map(async (subject) => {
      const typed = { subject, kind: 'request', text: 'To do.' };
      const page = await employee.submit(await employee.open('/tickets/new'), '/tickets', typed);
      return new URL(page.url).pathname;
    }),
  );
  const { page, chosen } = await eventually('the list has caught up', async () => {
    const page = await employee.open('/tickets');
    const chosen = page.document
      .querySelectorAll('tbody tr')
      .filter((row) => !row.text.includes('Damp sheets') || row.text.includes('Resolved'))
      .map((row) => row.querySelector('input[name=tickets]')?.getAttribute('value') ?? '')
      .filter((value) => [first, second, path].includes(`/tickets/${value.split('.')[0]}`));
    return chosen.length === 3 && { page, chosen };
  });
  const form = formsOf(page).find(({ action }) => action === '/tickets/change');
  if (form === undefined || first === undefined) throw new Error('The list has no form.');
  await employee.submit(await employee.open(first), '/assign');
  const body = changed(form, ['tickets'], null);
  for (const value of chosen) body.append('tickets', value);
  body.set('change', 'assign');
  body.set('assignee', 'me');
  const results = [
    ['Damp sheets', 'Refused', 'This ticket is resolved. Reopen it first.'],
    ['One', 'Refused', 'Something happened to it since the list was made. Look at it first.'],
    ['Two', 'Done', ''],
  ];
  t.strictSame(resultsOf(await employee.send(page, form.action, body)), results);
  const count = await appended();
  t.strictSame(
    resultsOf(await employee.send(page, form.action, body)),
    results,
    'sent twice, it is the same',
  );
  t.equal(await appended(), count);
});

/** What a page says of each ticket that was to be changed. */
function resultsOf({ document }: Page): readonly (readonly string[])[] {
  return document
    .querySelectorAll('tbody tr')
    .map((row) =>
      row
        .querySelectorAll('td')
        .map((cell) => cell.text.replace(/\s+/g, ' ').trim())
        .slice(1),
    )
    .sort();
}
