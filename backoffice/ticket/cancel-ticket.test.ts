import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { CancelTicket } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const byEmployee: CancelTicket = {
  type: 'CancelTicket',
  commandId,
  ticketId,
  by: 'employee',
  text: 'It is the same as another ticket.',
};
const byCustomer: CancelTicket = { type: 'CancelTicket', commandId, ticketId, by: 'customer', text: null };

t.test('an open ticket is cancelled by an employee or by its customer', async () => {
  for (const history of [
    histories.prepared,
    histories.assigned,
    histories.inProgress,
    histories.reopened,
    histories.reopenedUnassigned,
  ]) {
    given(ticketDecider, ...history)
      .when(byEmployee)
      .gives({
        type: 'TicketCancelled',
        data: { ticketId, by: 'employee', text: 'It is the same as another ticket.' },
      });
    given(ticketDecider, ...history)
      .when(byCustomer)
      .gives({ type: 'TicketCancelled', data: { ticketId, by: 'customer', text: null } });
  }
});

t.test('given twice it changes nothing, whoever cancelled it first', async () => {
  for (const history of [histories.cancelled, histories.cancelledUnassigned]) {
    given(ticketDecider, ...history)
      .when(byEmployee)
      .changesNothing();
    given(ticketDecider, ...history)
      .when(byCustomer)
      .changesNothing();
  }
});

t.test('an employee has nothing to cancel on a resolved ticket', async () => {
  given(ticketDecider, ...histories.resolved)
    .when(byEmployee)
    .rejects('ticket-resolved', 'This ticket is resolved; there is nothing left to cancel.');
});

t.test('a customer who closes a resolved issue is content: nothing changes', async () => {
  given(ticketDecider, ...histories.resolved)
    .when(byCustomer)
    .changesNothing();
});

t.test('there must be a ticket', async () => {
  for (const command of [byEmployee, byCustomer]) {
    given(ticketDecider, ...histories.unknown)
      .when(command)
      .rejects('ticket-unknown', 'There is no such ticket.');
  }
});
