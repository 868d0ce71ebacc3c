import t from 'tap';
import type { TSchema } from 'typebox';
import { SIGN_IN_EVENTS } from './account-events.ts';
import { ADDRESS_EVENTS } from './address-events.ts';
import { CATALOGUE } from './catalogue.ts';
import { CONTROL_EVENTS } from './control-events.ts';
import { EMPLOYEE_EVENTS } from './employee-events.ts';
import { ERASURE_EVENTS } from './erasure-events.ts';
import { FAILURE_EVENTS } from './failure-events.ts';
import { BACKOFFICE_MESSAGES, CUSTOMER_MESSAGES } from './integration-messages.ts';
import { ISSUE_EVENTS } from './issue-events.ts';
import { branchesOf } from './testing/branches-of.ts';
import { TICKET_EVENTS } from './ticket-events.ts';
import { TOKEN_EVENTS } from './token-events.ts';

t.test('every type has one definition, one line of meaning and a valid example', async (t) => {
  const families = [
    ISSUE_EVENTS,
    ADDRESS_EVENTS,
    TICKET_EVENTS,
    EMPLOYEE_EVENTS,
    SIGN_IN_EVENTS,
    TOKEN_EVENTS,
    BACKOFFICE_MESSAGES,
    CUSTOMER_MESSAGES,
    ERASURE_EVENTS,
  ];
  const types = [...families, FAILURE_EVENTS, CONTROL_EVENTS].flatMap((family) =>
    family.map(({ type }) => type),
  );
  const others = ['AssignmentNoted', 'FirstAdminNamed', 'NotificationSent', 'MessageEdited'];
  t.strictSame(
    [...CATALOGUE.keys()].sort(),
    [...types, ...others, 'MessageUnreadable', 'SubjectKeyCreated'].sort(),
  );
  for (const [type, definition] of CATALOGUE) {
    t.equal(definition.type, type);
    t.match(definition.meaning, /^[^\n]+\.$/, `${type} has a sentence`);
    t.strictSame(definition.validate(definition.example), { ok: true, data: definition.example }, type);
    const upcasters = Object.keys(definition.upcasters);
    t.equal(upcasters.length, definition.version - 1, `${type} has an upcaster for each older version`);
  }
});

t.test('everything that people wrote, and who they are, is marked as personal', async (t) => {
  const personal = [...CATALOGUE.values()].flatMap(({ type, schema }) =>
    Object.entries(schema.properties)
      .filter(([, field]) => isPersonal(field))
      .map(([field]) => `${type}.${field}`),
  );
  t.strictSame(personal.sort(), [
    'AccessTokenMade.name',
    'AddReply.text',
    'EmployeeRegistered.email',
    'EmployeeRegistered.name',
    'ErasureBegun.email',
    'IssueAnswered.from',
    'IssueAnswered.text',
    'IssueProgressed.note',
    'IssueRated.text',
    'IssueReopened.text',
    'IssueReplied.text',
    'IssueReported.email',
    'IssueReported.name',
    'IssueReported.subject',
    'IssueReported.text',
    'LinksRequested.email',
    'MessageEdited.data',
    'MessageUnreadable.content',
    'MessageUnreadable.properties',
    'PrepareTicket.customerName',
    'PrepareTicket.subject',
    'PrepareTicket.text',
    'RateTicket.text',
    'ReopenTicket.text',
    'TicketAnswered.from',
    'TicketAnswered.text',
    'TicketCancelled.text',
    'TicketNoteAdded.text',
    'TicketPausedForCustomer.text',
    'TicketPrepared.customerName',
    'TicketPrepared.subject',
    'TicketPrepared.text',
    'TicketProgressed.note',
    'TicketRated.text',
    'TicketReopened.text',
    'TicketReplyReceived.text',
    'TicketReplySent.from',
    'TicketReplySent.text',
    'TicketResolved.text',
    'TicketStatusReported.text',
  ]);
});

function isPersonal(schema: TSchema): boolean {
  return branchesOf(schema).some((branch) => 'x-personal' in branch && branch['x-personal'] === true);
}
