import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { PrepareTicket } from './commands.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import { ticketDecider } from './ticket-decider.ts';

const fromIssue: PrepareTicket = {
  type: 'PrepareTicket',
  commandId,
  ticketId,
  issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
  customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
  customerName: 'Kim',
  subject: 'The printer prints blank pages',
  kind: 'problem',
  text: 'Since Monday every second page comes out blank.',
};

t.test('a reported issue becomes a ticket with all that the customer wrote', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(fromIssue)
    .gives({
      type: 'TicketPrepared',
      data: {
        ticketId,
        issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
        customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
        customerName: 'Kim',
        subject: 'The printer prints blank pages',
        kind: 'problem',
        text: 'Since Monday every second page comes out blank.',
      },
    });
});

t.test('an employee prepares a ticket by hand, without an issue and a customer', async () => {
  given(ticketDecider)
    .when({
      type: 'PrepareTicket',
      commandId,
      ticketId,
      issueId: null,
      customerId: null,
      customerName: '',
      subject: 'The second floor has no network',
      kind: 'request',
      text: 'Somebody called about it.',
    })
    .gives({
      type: 'TicketPrepared',
      data: {
        ticketId,
        issueId: null,
        customerId: null,
        customerName: '',
        subject: 'The second floor has no network',
        kind: 'request',
        text: 'Somebody called about it.',
      },
    });
});

for (const [state, history] of Object.entries(histories).filter(([state]) => state !== 'unknown')) {
  t.test(`given twice it changes nothing, whatever became of the ticket: ${state}`, async () => {
    given(ticketDecider, ...history)
      .when(fromIssue)
      .changesNothing();
  });
}
