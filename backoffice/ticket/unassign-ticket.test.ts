import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { ada, ben, commandId, histories, ticketId } from './testing/histories.ts';
import { ticketDecider } from './ticket-decider.ts';

const ids = { commandId, ticketId } as const;
const giveBack = { type: 'UnassignTicket', ...ids, why: 'by-employee', from: null } as const;
const deactivated = { type: 'UnassignTicket', ...ids, why: 'employee-deactivated', from: ada } as const;

t.test('an open ticket is given back, and needs somebody before work goes on', async () => {
  for (const history of [histories.assigned, histories.inProgress]) {
    given(ticketDecider, ...history)
      .when(giveBack)
      .gives({ type: 'TicketUnassigned', data: { ticketId, why: 'by-employee' } });
    given(ticketDecider, ...history, { type: 'TicketUnassigned', data: { ticketId, why: 'by-employee' } })
      .when({ type: 'StartWork', ...ids })
      .rejects('ticket-unassigned', 'Assign the ticket before work on it starts.');
  }
});

t.test('a ticket that nobody has is not given back, and a settled one keeps who settled it', async () => {
  given(ticketDecider, ...histories.prepared)
    .when(giveBack)
    .changesNothing();
  given(ticketDecider, ...histories.resolved)
    .when(giveBack)
    .rejects('ticket-resolved', 'This ticket is resolved. Reopen it first.');
  given(ticketDecider, ...histories.cancelled)
    .when(giveBack)
    .rejects('ticket-cancelled', 'This ticket is cancelled. Reopen it first.');
});

t.test(
  'a deactivated employee loses the open tickets, and no ticket that somebody else has by now',
  async () => {
    given(ticketDecider, ...histories.inProgress)
      .when(deactivated)
      .gives({ type: 'TicketUnassigned', data: { ticketId, why: 'employee-deactivated' } });
    for (const history of [histories.resolved, histories.cancelled, histories.prepared]) {
      given(ticketDecider, ...history)
        .when(deactivated)
        .changesNothing();
    }
    given(ticketDecider, ...histories.inProgress)
      .when({ ...deactivated, from: ben })
      .changesNothing();
  },
);
