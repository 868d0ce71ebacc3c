// Whatever is sent to the forms of the back office, the answer is clear, and nothing is appended that should not be. The forms
// are those that the pages have: a new one is tried without being named here, or the table below fails.
import t from 'tap';
import {
  changed,
  countAppended,
  type Form,
  fieldsOf,
  formsOf,
  reportTo,
  SCRIPT,
} from '../testing/backoffice-forms.ts';
import { eventually } from '../testing/eventually.ts';
import { sharedSystem } from '../testing/shared-system.ts';
import { Visitor } from '../testing/visitor.ts';

const TOO_LONG = 'x'.repeat(20_001);

t.test('forms of the back office', async (t) => {
  const { urls } = (await sharedSystem()).system;
  const appended = countAppended(t, urls.eventstore);
  const employee = new Visitor(urls.backoffice);
  const { path } = await reportTo(new Visitor(urls.customer), employee, 'Blank sheets');
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
});
