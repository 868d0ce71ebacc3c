import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { ada, ben, commandId, histories, ticketId } from './testing/histories.ts';
import type { AssignTicket } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const toAda: AssignTicket = {
  type: 'AssignTicket',
  commandId,
  ticketId,
  employeeId: ada,
  employee: 'active',
};
const toBen: AssignTicket = { ...toAda, employeeId: ben };

t.test('a ticket that nobody has is given to an employee', async () => {
  for (const history of [histories.prepared, histories.reopenedUnassigned]) {
    given(ticketDecider, ...history)
      .when(toAda)
      .gives({ type: 'TicketAssigned', data: { ticketId, employeeId: ada } });
  }
});

t.test('a ticket can be handed over to another employee, also while it is worked on', async () => {
  for (const history of [histories.assigned, histories.inProgress, histories.reopened]) {
    given(ticketDecider, ...history)
      .when(toBen)
      .gives({ type: 'TicketAssigned', data: { ticketId, employeeId: ben } });
  }
});

t.test('whoever takes over starts the work anew', async () => {
  given(ticketDecider, ...histories.inProgress, {
    type: 'TicketAssigned',
    data: { ticketId, employeeId: ben },
  })
    .when({ type: 'StartWork', commandId, ticketId })
    .gives({ type: 'TicketStarted', data: { ticketId, employeeId: ben } });
});

t.test('given twice it changes nothing, also when the employee was deactivated in between', async () => {
  for (const history of [histories.assigned, histories.inProgress, histories.reopened]) {
    for (const employee of ['active', 'deactivated'] as const) {
      given(ticketDecider, ...history)
        .when({ ...toAda, employee })
        .changesNothing();
    }
  }
});

t.test('a deactivated employee gets no ticket', async () => {
  for (const history of [
    histories.prepared,
    histories.assigned,
    histories.inProgress,
    histories.reopened,
    histories.reopenedUnassigned,
  ]) {
    given(ticketDecider, ...history)
      .when({ ...toBen, employee: 'deactivated' })
      .rejects(
        'employee-deactivated',
        'This employee is deactivated. Activate them, or choose somebody else.',
      );
  }
});

t.test('somebody who is not an employee gets no ticket', async () => {
  for (const history of [
    histories.prepared,
    histories.assigned,
    histories.inProgress,
    histories.reopened,
    histories.reopenedUnassigned,
  ]) {
    given(ticketDecider, ...history)
      .when({ ...toBen, employee: 'unknown' })
      .rejects('employee-unknown', 'There is no such employee.');
  }
});

t.test('a resolved ticket must be reopened first, whoever it is given to', async () => {
  for (const command of [toAda, toBen]) {
    given(ticketDecider, ...histories.resolved)
      .when(command)
      .rejects('ticket-resolved', 'This ticket is resolved. Reopen it first.');
  }
});

t.test('a cancelled ticket must be reopened first', async () => {
  for (const history of [histories.cancelled, histories.cancelledUnassigned]) {
    given(ticketDecider, ...history)
      .when(toAda)
      .rejects('ticket-cancelled', 'This ticket is cancelled. Reopen it first.');
  }
});

t.test('there must be a ticket', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(toAda)
    .rejects('ticket-unknown', 'There is no such ticket.');
});
