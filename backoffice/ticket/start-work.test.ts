import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { ada, commandId, histories, ticketId } from './testing/histories.ts';
import type { StartWork } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const start: StartWork = { type: 'StartWork', commandId, ticketId };

t.test('the employee who has the ticket starts work on it', async () => {
  for (const history of [histories.assigned, histories.reopened]) {
    given(ticketDecider, ...history)
      .when(start)
      .gives({ type: 'TicketStarted', data: { ticketId, employeeId: ada } });
  }
});

t.test('given twice it changes nothing', async () => {
  given(ticketDecider, ...histories.inProgress)
    .when(start)
    .changesNothing();
});

t.test('somebody must have the ticket', async () => {
  for (const history of [histories.prepared, histories.reopenedUnassigned]) {
    given(ticketDecider, ...history)
      .when(start)
      .rejects('ticket-unassigned', 'Assign the ticket before work on it starts.');
  }
});

t.test('a resolved ticket must be reopened first', async () => {
  given(ticketDecider, ...histories.resolved)
    .when(start)
    .rejects('ticket-resolved', 'This ticket is resolved. Reopen it first.');
});

t.test('a cancelled ticket must be reopened first', async () => {
  for (const history of [histories.cancelled, histories.cancelledUnassigned]) {
    given(ticketDecider, ...history)
      .when(start)
      .rejects('ticket-cancelled', 'This ticket is cancelled. Reopen it first.');
  }
});

t.test('there must be a ticket', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(start)
    .rejects('ticket-unknown', 'There is no such ticket.');
});
