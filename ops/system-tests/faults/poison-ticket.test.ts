// A handler that always fails for one issue, in an ordered group and in a free one: that issue waits, all others flow, and
// once the cause is gone an operator's replay brings everything to its end.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { toWire } from '../../../shared-contracts/runtime/bus/wire-message.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { commandIdOf } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { eventually } from '../testing/eventually.ts';
import { Visitor } from '../testing/visitor.ts';
import { type Account, ALL_IS_WELL, startAccountant } from './testing/account.ts';
import { startFaultSystem } from './testing/fault-system.ts';
import { startInterceptor, type WireMessage } from './testing/interceptor.ts';
import { startLoad } from './testing/load.ts';
import { type RefusingMailServer, startRefusingMailServer } from './testing/refusing-mail-server.ts';

const REFUSED = 'nobody@example.org';

t.test('what always fails is parked, and nothing else is', async (t) => {
  let mailServer: RefusingMailServer | undefined;
  const system = await startFaultSystem(t, {
    beforeServices: async ({ smtp }) => {
      mailServer = await startRefusingMailServer(t, smtp);
      return { SMTP_URL: mailServer.url };
    },
  });
  mailServer?.refuse(REFUSED);
  const accountant = startAccountant(t, system);
  const interceptor = await startInterceptor(t, system.urls.amqp);
  const load = startLoad(t, system.urls, { rate: 6, employees: 2, replies: true });

  // The mail server refuses every mail to this customer.
  const customer = new Visitor(system.urls.customer);
  const report = {
    email: REFUSED,
    name: 'Kim',
    subject: 'No mail',
    kind: 'problem',
    text: 'Nothing arrives.',
  };
  const unmailed = await customer.submit(await customer.open('/'), '/issues', report);
  await customer.submit(unmailed, '/close');

  // News comes about an issue that is not known: it fails until somebody reports that issue.
  const form = await customer.open('/');
  const again = { ...report, email: 'kim@example.org', subject: 'Too early' };
  const [action, body] = customer.read(form, '/issues', again);
  const issueId = deterministicId('issue', commandIdOf({ commandId: body.get('commandId') ?? '', ...again }));
  const ticketId = deterministicId('ticket', issueId);
  await interceptor.publish('customer', [earlyNews(issueId, ticketId)]);
  await eventually('the early news is parked', async () =>
    (await accountant.read([])).parked.some((parked) => parked.startsWith('customer.inbox')),
  );
  t.match(await customer.sendOnly(form, action, body), { status: 303, location: issueId });

  await eventually('all others go on', () => load.reported() >= 40);
  const { answered } = await load.stop();
  const [, , unmailedId = ''] = new URL(unmailed.url).pathname.split('/');
  const refused = ['IssueClosed', 'IssueReported'].map((type) => `${type} of ${streamOf.issue(unmailedId)}`);
  const inbox = streamOf.inbox('customer', issueId);
  const expected: Account = {
    ...ALL_IS_WELL,
    parked: [
      `customer.inbox: TicketProgressed of ${inbox}`,
      ...refused.map((failed) => `customer.notifications: ${failed}`),
    ],
    blocked: [`customer.inbox: ${inbox}`],
    newsMissing: [`revision 0 of ${ticketId} in ${streamOf.issue(issueId)}`],
    mailsMissing: refused,
    mailsUnrecorded: refused,
  };
  t.strictSame(await accountant.until(expected, answered), expected);

  mailServer?.refuse(undefined);
  const operator = new Visitor(system.urls.console);
  for (const group of ['customer.inbox', 'customer.notifications'])
    await operator.submit(await operator.open(`/failed/replay?group=${group}`), '/failed/replay');
  t.strictSame(await accountant.close(ALL_IS_WELL, answered), ALL_IS_WELL);
});

/** What the back office would tell once it has prepared the ticket. */
function earlyNews(issueId: string, ticketId: string): WireMessage {
  const [id, at] = [randomUUID(), new Date().toISOString()];
  const beside = {
    messageId: id,
    about: issueId,
    subject: undefined,
    correlationId: 'a-test',
    causationId: 'a-test',
    occurredAt: at,
    actor: 'system:backoffice.integration',
  };
  const data = { issueId, ticketId, ticketRevision: 0, step: 'prepared', note: null, at };
  return toWire(beside, { id, type: 'TicketProgressed', version: 1, subject: undefined, data }, {});
}
