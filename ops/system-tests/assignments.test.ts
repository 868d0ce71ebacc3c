// What a deactivated employee had goes back, whenever it was given to them; and operators sign in while MongoDB is down.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { isOneOf, type MessageOf } from '../../shared-contracts/messages/define-message.ts';
import { EMPLOYEE_EVENTS } from '../../shared-contracts/messages/employee-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { TicketAssigned } from '../../shared-contracts/messages/ticket-events.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../shared-contracts/runtime/accounts/demo-accounts.ts';
import { createEmployeeIds } from '../../shared-contracts/runtime/accounts/employee-id.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { eventually } from './testing/eventually.ts';
import { FIRST_ADMIN, sharedSystem } from './testing/shared-system.ts';
import { type Page, Visitor } from './testing/visitor.ts';

const GIVEN_BACK = 'Given back: the employee who had it was deactivated';
const isEmployeeEvent = isOneOf(EMPLOYEE_EVENTS);

t.test('employees come and go', async (t) => {
  const { system, dataDir } = await sharedSystem();
  const { urls } = system;
  const secrets = await loadSecrets(join(dataDir, 'master.key'));
  const store = await openEventStore(urls.eventstore, 'test', secrets);
  t.teardown(() => store.close());
  const admin = new Visitor(urls.backoffice);
  const idOf = createEmployeeIds(secrets);
  const bruno = idOf(DEMO_ACCOUNTS.otherAgent.email);

  const prepare = async (subject: string): Promise<Page> =>
    admin.submit(await admin.open('/tickets/new'), '/tickets', { subject, kind: 'request', text: 'Do it.' });
  const give = async (page: Page, employeeId: string) => admin.submit(page, '/assign', { employeeId });
  const historyOf = async ({ url }: Page) => {
    const page = await admin.open(new URL(url).pathname);
    return page.document
      .querySelectorAll('.timeline li')
      .map((entry) => [entry.querySelector('.muted')?.textContent, entry.querySelector('p')?.textContent]);
  };
  const untilGivenBack = (page: Page) =>
    eventually('given back', async () => (await historyOf(page))[0]?.[1] === GIVEN_BACK);
  const change = async (employeeId: string, what: 'activate' | 'deactivate') =>
    admin.submit(await admin.open('/employees'), `${employeeId}/${what}`);

  await t.test(
    'their open tickets go back; what they settled stays theirs until it is opened again',
    async (t) => {
      let open = await give(await prepare('Open'), bruno);
      let settled = await give(await prepare('Settled'), bruno);
      settled = await admin.submit(await admin.submit(settled, '/start'), '/resolve', { text: 'Done.' });
      const other = await give(await prepare('Of Ada'), idOf(DEMO_ACCOUNTS.agent.email));
      const page = await change(bruno, 'deactivate');
      t.match(page.text, 'The employee is deactivated.');

      await untilGivenBack(open);
      t.strictSame(await historyOf(open), [
        ['Deskstream', GIVEN_BACK],
        ['Elena Fuchs', 'Assigned to Bruno Keller'],
        ['Elena Fuchs', 'Prepared by hand'],
      ]);
      t.equal((await historyOf(settled))[0]?.[1], 'Resolved');
      await admin.submit(await admin.open(new URL(settled.url).pathname), '/reopen', { text: 'Not done.' });
      await untilGivenBack(settled);
      t.equal((await historyOf(other))[0]?.[1], 'Assigned to Ada Osei');

      await change(bruno, 'activate');
      open = await give(await admin.open(new URL(open.url).pathname), bruno);
      t.match(open.text, 'The ticket is assigned.');
    },
  );

  await t.test('an assignment that crossed the deactivation is caught afterwards', async () => {
    const ticket = await prepare('Crossing');
    await change(bruno, 'deactivate');
    // What an instance appends that looked at the employee just before.
    const ticketId = new URL(ticket.url).pathname.split('/').at(-1) ?? '';
    const event: MessageOf<typeof TicketAssigned> = {
      type: 'TicketAssigned',
      data: { ticketId, employeeId: bruno },
    };
    const id = randomUUID();
    const metadata = {
      $correlationId: id,
      $causationId: id,
      actor: 'system:test',
      subject: ticketId,
      occurredAt: new Date().toISOString(),
    };
    await store.append(streamOf.ticket(ticketId), [{ id, event, metadata }], 0);
    await untilGivenBack(ticket);
  });

  await t.test('an administrator registers somebody, who signs in and chooses a password', async (t) => {
    const typed = { name: 'Nadia Quist', email: 'nadia@example.org', roles: 'operator' };
    const [action, body] = admin.read(await admin.open('/employees'), '/employees', typed);
    const page = await admin.open('/employees');
    const registered = await admin.send(page, action, body);
    const password = registered.document.querySelector('code.secret')?.textContent ?? '';
    t.match(password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    const twice = await admin.send(page, action, body);
    t.equal(twice.document.querySelector('code.secret')?.textContent, password, 'sent twice, it is the same');
    const [, again] = admin.read(page, '/employees', typed);
    const known = await admin.send(page, action, again);
    t.equal(known.status, 409);
    t.match(known.text, 'Somebody is registered under this address already.');
    t.notMatch((await admin.open('/employees')).text, password);

    const nadia = new Visitor(urls.console, { email: typed.email, password });
    const account = await nadia.open('/');
    t.match(account.text, 'Choose one of your own to go on.');
    const changed = await nadia.submit(account, '/account/password', {
      currentPassword: password,
      password: 'lighthouse keeper',
    });
    t.match(changed.text, 'Your password is changed.');
    t.match((await nadia.open('/')).text, 'Overview');
    t.equal(
      (await new Visitor(urls.backoffice, { email: typed.email, password }).open('/tickets')).status,
      401,
    );

    const actors = [];
    for await (const { event, metadata } of store.read(streamOf.employee(idOf(typed.email)))) {
      if (isEmployeeEvent(event)) actors.push([event.type, metadata.actor]);
    }
    const byAdmin = `employee:${idOf(DEMO_ACCOUNTS.admin.email)}`;
    t.strictSame(actors, [
      ['EmployeeRegistered', byAdmin],
      ['EmployeePasswordSet', byAdmin],
      ['EmployeePasswordSet', `employee:${idOf(typed.email)}`],
    ]);
  });

  await t.test('the administrator of the settings can sign in', async (t) => {
    const first = new Visitor(urls.backoffice, FIRST_ADMIN);
    t.match((await first.open('/employees')).text, 'Administrator (you)');
  });

  await t.test('administrators keep their own role and account', async (t) => {
    const me = idOf(DEMO_ACCOUNTS.admin.email);
    const refused = await admin.submit(await admin.open('/employees'), `${me}/roles`, { roles: 'agent' });
    t.equal(refused.status, 409);
    t.match(refused.text, 'Nobody takes the administrator role from themselves');
    const [, body] = admin.read(refused, `${me}/sign-out`);
    t.equal((await admin.send(refused, `/employees/${me}/deactivate`, body)).status, 409);
  });

  await t.test(
    'operators sign in and see what failed while MongoDB and the back office are down',
    async (t) => {
      system.kill('nodes', 'SIGSTOP');
      system.kill('backoffice', 'SIGSTOP');
      try {
        const { email } = DEMO_ACCOUNTS.operator;
        const operator = new Visitor(urls.console, { email, password: DEMO_PASSWORD });
        const page = await operator.open('/failed?group=backoffice.assignments');
        t.match(page.text, 'No message waits for you.');
        t.match(page.text, DEMO_ACCOUNTS.operator.name);
      } finally {
        system.kill('nodes', 'SIGCONT');
        system.kill('backoffice', 'SIGCONT');
      }
    },
  );
});
