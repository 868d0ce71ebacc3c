import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { ResolveTicket } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const resolve: ResolveTicket = { type: 'ResolveTicket', commandId, ticketId, text: 'The drum is replaced.' };

t.test('a ticket that is worked on is resolved', async () => {
  given(ticketDecider, ...histories.inProgress)
    .when(resolve)
    .gives({ type: 'TicketResolved', data: { ticketId, text: 'The drum is replaced.' } });
});

t.test('given twice it changes nothing', async () => {
  given(ticketDecider, ...histories.resolved)
    .when(resolve)
    .changesNothing();
});

t.test('work on the ticket must have started, also after it was reopened', async () => {
  for (const history of [
    histories.prepared,
    histories.assigned,
    histories.reopened,
    histories.reopenedUnassigned,
  ]) {
    given(ticketDecider, ...history)
      .when(resolve)
      .rejects('work-not-started', 'Start work on the ticket before you resolve it.');
  }
});

t.test('a cancelled ticket must be reopened first', async () => {
  for (const history of [histories.cancelled, histories.cancelledUnassigned]) {
    given(ticketDecider, ...history)
      .when(resolve)
      .rejects('ticket-cancelled', 'This ticket is cancelled. Reopen it first.');
  }
});

t.test('there must be a ticket', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(resolve)
    .rejects('ticket-unknown', 'There is no such ticket.');
});
