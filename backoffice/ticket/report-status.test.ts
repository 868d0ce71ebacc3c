import t from 'tap';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { ReportStatus } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const report: ReportStatus = { type: 'ReportStatus', commandId, ticketId, text: 'We ordered a new drum.' };
const ordered: TicketEvent = {
  type: 'TicketStatusReported',
  data: { ticketId, text: 'We ordered a new drum.' },
};
const arrived: TicketEvent = {
  type: 'TicketStatusReported',
  data: { ticketId, text: 'The drum has arrived.' },
};

t.test('while a ticket is worked on, its status can be reported, as often as there is news', async () => {
  given(ticketDecider, ...histories.inProgress)
    .when(report)
    .gives(ordered);
  given(ticketDecider, ...histories.inProgress, arrived)
    .when(report)
    .gives(ordered);
});

t.test('a report does not end the work', async () => {
  given(ticketDecider, ...histories.inProgress, ordered)
    .when({ type: 'ResolveTicket', commandId, ticketId, text: 'The drum is replaced.' })
    .gives({ type: 'TicketResolved', data: { ticketId, text: 'The drum is replaced.' } });
});

t.test('given twice it changes nothing: the customer knows it already', async () => {
  given(ticketDecider, ...histories.inProgress, ordered)
    .when(report)
    .changesNothing();
});

t.test('the same words are news again once the work was begun again', async () => {
  given(
    ticketDecider,
    ...histories.inProgress,
    ordered,
    { type: 'TicketResolved', data: { ticketId, text: 'The drum is replaced.' } },
    { type: 'TicketReopened', data: { ticketId, by: 'customer', text: 'It is blank again.' } },
    { type: 'TicketStarted', data: { ticketId, employeeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02' } },
  )
    .when(report)
    .gives(ordered);
});

t.test('work on the ticket must have started', async () => {
  for (const history of [
    histories.prepared,
    histories.assigned,
    histories.reopened,
    histories.reopenedUnassigned,
  ]) {
    given(ticketDecider, ...history)
      .when(report)
      .rejects('work-not-started', 'Start work on the ticket before you report how far it is.');
  }
});

t.test('a resolved ticket must be reopened first', async () => {
  given(ticketDecider, ...histories.resolved)
    .when(report)
    .rejects('ticket-resolved', 'This ticket is resolved. Reopen it first.');
});

t.test('a cancelled ticket must be reopened first', async () => {
  for (const history of [histories.cancelled, histories.cancelledUnassigned]) {
    given(ticketDecider, ...history)
      .when(report)
      .rejects('ticket-cancelled', 'This ticket is cancelled. Reopen it first.');
  }
});

t.test('there must be a ticket', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(report)
    .rejects('ticket-unknown', 'There is no such ticket.');
});
