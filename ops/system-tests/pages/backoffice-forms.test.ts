// Whatever is sent to the forms of the back office, the answer is clear, and nothing is appended that should not be. The forms are
// those that the pages have: a new one is tried without being named here, or the table below fails.
import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client';
import type { HTMLElement } from 'node-html-parser';
import t from 'tap';
import { eventually } from '../testing/eventually.ts';
import { sharedSystem } from '../testing/shared-system.ts';
import { type Page, Visitor } from '../testing/visitor.ts';

const SCRIPT = '<script>alert("x")</script>';
const TOO_LONG = 'x'.repeat(20_001);
const TOKENS = ['_csrf', 'commandId', 'seenRevision'];

type Form = { readonly page: Page; readonly action: string; readonly body: URLSearchParams };

/** The fields of a form that somebody fills in. */
const fieldsOf = ({ body }: Form) => [...new Set(body.keys())].filter((name) => !TOKENS.includes(name));

t.test('forms of the back office', async (t) => {
  const { system } = await sharedSystem();
  const { urls } = system;
  const client = EventStoreDBClient.connectionString(urls.eventstore);
  t.teardown(() => client.dispose());
  const employee = new Visitor(urls.backoffice);

  /** How many events of tickets and employees there are that employees brought about; signing in does not count. */
  const appended = async () => {
    let count = 0;
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END })) {
      const actor = String(Reflect.get(Object(event?.metadata), 'actor'));
      if (/^(ticket|employee)-/.test(event?.streamId ?? '') && actor.startsWith('employee:')) count += 1;
    }
    return count;
  };

  const formsOf = (page: Page): Form[] =>
    page.document
      .querySelectorAll('form[method=post]')
      .filter((form) => form.getAttribute('action') !== '/sign-out')
      .map((form) => ({ page, action: form.getAttribute('action') ?? '', body: bodyOf(form) }));

  const customer = new Visitor(urls.customer);
  const report = { email: 'kim@example.org', subject: 'Blank sheets', kind: 'problem', text: 'All blank.' };
  const tracking = await customer.submit(await customer.open('/'), '/issues', report);
  const link = await eventually('ticket', async () => {
    const list = await employee.open('/tickets');
    return list.document.querySelectorAll('tbody a').find((each) => each.textContent === report.subject);
  });
  const path = link.getAttribute('href') ?? '';
  const open = async () => formsOf(await employee.open(path));
  const fresh = await open();
  const taken = await employee.submit(await employee.open(path), '/assign');
  const assigned = formsOf(taken);
  await employee.submit(await employee.submit(taken, '/tag', { tag: 'paper' }), '/start');
  const worked = await open();
  const allForms = [
    ...formsOf(await employee.open('/tickets/new')),
    ...formsOf(await employee.open('/tickets')),
    ...fresh,
    ...assigned,
    ...worked,
  ];
  const forms = [...new Map(allForms.map((form) => [form.action, form])).values()];

  t.strictSame(forms.map(({ action }) => action.replace(path, '/tickets/:id')).sort(), [
    '/tickets',
    '/tickets/:id/assign',
    '/tickets/:id/cancel',
    '/tickets/:id/note',
    '/tickets/:id/priority',
    '/tickets/:id/reply',
    '/tickets/:id/report',
    '/tickets/:id/resolve',
    '/tickets/:id/start',
    '/tickets/:id/tag',
    '/tickets/:id/unassign',
    '/tickets/:id/untag',
    '/tickets/:id/wait',
    '/tickets/change',
  ]);

  /** What each form answers to what was done to it. */
  const answers = async (spoil: (form: Form) => URLSearchParams | undefined) => {
    const statuses: Record<string, number> = {};
    for (const form of forms) {
      const body = spoil(form);
      if (body === undefined) continue;
      const answer = await employee.send(form.page, form.action, body);
      statuses[form.action.replace(path, '')] = answer.status;
      t.notMatch(answer.document.toString(), SCRIPT, `${form.action} escapes what was typed`);
      t.ok(answer.document.querySelector('h1'), `${form.action} answers with a page`);
    }
    return statuses;
  };
  const everyForm = (status: number, among: readonly Form[] = forms) =>
    Object.fromEntries(among.map(({ action }) => [action.replace(path, ''), status]));
  const changed = ({ body }: Form, names: readonly string[], value: string | null) => {
    const next = new URLSearchParams(body);
    for (const name of names) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    return next;
  };

  const before = await appended();
  for (const [what, value] of [
    ['a forged token', 'forged'],
    ['no token', null],
  ] as const) {
    await t.test(what, async (t) => {
      t.strictSame(await answers((form) => changed(form, ['_csrf'], value)), everyForm(403));
    });
  }

  for (const name of ['commandId', 'seenRevision']) {
    const having = forms.filter(({ body }) => body.has(name));
    for (const value of [null, '', 'x', SCRIPT, '-1']) {
      await t.test(`${name} is ${value}`, async (t) => {
        const spoil = (form: Form) => (form.body.has(name) ? changed(form, [name], value) : undefined);
        t.strictSame(await answers(spoil), everyForm(400, having));
      });
    }
  }

  await t.test('everything is missing', async (t) => {
    const optional = ['/cancel', '/wait', '/start', '/unassign'];
    const needed = forms.filter(({ action }) => !optional.some((end) => action.endsWith(end)));
    const spoil = (form: Form) => (needed.includes(form) ? changed(form, fieldsOf(form), null) : undefined);
    t.strictSame(await answers(spoil), everyForm(400, needed));
  });

  await t.test('everything is too long', async (t) => {
    const withFields = forms.filter((form) => fieldsOf(form).length > 0);
    const spoil = (form: Form) =>
      withFields.includes(form) ? changed(form, fieldsOf(form), TOO_LONG) : undefined;
    t.strictSame(await answers(spoil), everyForm(400, withFields));
  });

  await t.test('everything comes twice', async (t) => {
    const withFields = forms.filter((form) => fieldsOf(form).length > 0);
    const spoil = (form: Form) => {
      if (!withFields.includes(form)) return undefined;
      const body = new URLSearchParams(form.body);
      for (const name of fieldsOf(form)) for (const text of ['one', 'two']) body.append(name, text);
      return body;
    };
    t.strictSame(await answers(spoil), everyForm(400, withFields));
  });

  await t.test('a choice that is none, with a script in it', async (t) => {
    const choices = ['employeeId', 'priority', 'tag', 'kind', 'tickets', 'change', 'assignee', 'tags'];
    const having = forms.filter((form) => fieldsOf(form).some((name) => choices.includes(name)));
    const spoil = (form: Form) => {
      const wrong = fieldsOf(form).filter((name) => choices.includes(name));
      return wrong.length === 0 ? undefined : changed(form, wrong, SCRIPT);
    };
    t.strictSame(await answers(spoil), everyForm(400, having));
  });

  await t.test('a body that is too large', async (t) => {
    const [form] = forms;
    const huge = await employee.send(
      form?.page ?? taken,
      '/tickets',
      new URLSearchParams({ text: 'x'.repeat(2_000_000) }),
    );
    t.equal(huge.status, 413);
  });

  t.equal(await appended(), before, 'nothing of all that is in a stream');

  await t.test('a script in every text is text, and a form sent twice does one thing', async (t) => {
    const [prepare] = forms.filter(({ action }) => action === '/tickets');
    if (prepare === undefined) throw new Error('There is no form to prepare a ticket.');
    const body = changed(prepare, ['subject', 'customerName', 'text'], SCRIPT);
    body.set('kind', 'request');
    body.set('priority', 'urgent');
    body.set('tags', 'paper toner');
    const count = await appended();
    const first = await employee.send(prepare.page, prepare.action, body);
    const second = await employee.send(prepare.page, prepare.action, body);
    t.match([first.status, second.url], [200, first.url]);
    t.match(second.text, 'The ticket is prepared.');
    t.notMatch(first.document.toString(), SCRIPT);
    t.match(first.document.querySelector('h1')?.textContent, SCRIPT);
    t.equal(await appended(), count + 4, 'prepared, a priority and two tags, once');
    await eventually(
      'list',
      async () => (await employee.open('/tickets')).text.includes(SCRIPT) || undefined,
    );
    t.notMatch((await employee.open('/tickets')).document.toString(), SCRIPT);
  });

  await t.test('nobody overwrites what they have not seen', async (t) => {
    const page = await employee.open(path);
    const [action, body] = employee.read(page, '/resolve', { text: 'The drum is replaced.' });
    const customerPath = new URL(tracking.url).pathname;
    await customer.submit(await customer.open(customerPath), '/reply', { text: 'And it smells.' });
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

  await t.test('several tickets at once: each has its result', async (t) => {
    const [first, second] = await Promise.all(
      ['One', 'Two'].map(async (subject) => {
        const typed = { subject, kind: 'request', text: 'To do.' };
        const page = await employee.submit(await employee.open('/tickets/new'), '/tickets', typed);
        return new URL(page.url).pathname;
      }),
    );
    const page = await employee.open('/tickets');
    const chosen = page.document
      .querySelectorAll('input[name=tickets]')
      .map((box) => box.getAttribute('value') ?? '')
      .filter((value) => [first, second, path].includes(`/tickets/${value.split('.')[0]}`));
    const form = formsOf(page).find(({ action }) => action === '/tickets/change');
    if (form === undefined || first === undefined) throw new Error('The list has no form.');
    await employee.submit(await employee.open(first), '/assign');
    const body = changed(form, ['tickets'], null);
    for (const value of chosen) body.append('tickets', value);
    body.set('change', 'assign');
    body.set('assignee', 'me');
    const resultsOf = ({ document }: Page) =>
      document
        .querySelectorAll('tbody tr')
        .map((row) =>
          row
            .querySelectorAll('td')
            .map((cell) => cell.text.replace(/\s+/g, ' ').trim())
            .slice(1),
        )
        .sort();
    const results = [
      ['Blank sheets', 'Refused', 'This ticket is resolved. Reopen it first.'],
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

  await t.test('while MongoDB does not answer, a ticket can be worked, and lists say so', async (t) => {
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

  await t.test('filters that cannot be are named', async (t) => {
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
});

/** What a form would send as it stands. */
function bodyOf(form: HTMLElement): URLSearchParams {
  const body = new URLSearchParams();
  for (const input of form.querySelectorAll('input, textarea, select, button[name]')) {
    const name = input.getAttribute('name') ?? '';
    const first = input.querySelector('option')?.getAttribute('value');
    if (!body.has(name)) body.set(name, input.getAttribute('value') ?? first ?? '');
  }
  return body;
}
