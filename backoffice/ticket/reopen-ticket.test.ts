import t from 'tap';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { ReopenTicket } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const reopen: ReopenTicket = { type: 'ReopenTicket', commandId, ticketId, text: 'It is blank again.' };

t.test('a resolved or cancelled ticket is opened again', async () => {
  for (const history of [histories.resolved, histories.cancelled, histories.cancelledUnassigned]) {
    given(ticketDecider, ...history)
      .when(reopen)
      .gives({ type: 'TicketReopened', data: { ticketId, by: 'employee', text: 'It is blank again.' } });
  }
});

t.test('opened again, it is with whoever had it, or with nobody', async (t) => {
  const { initial, evolve } = ticketDecider;
  const kindAfter = (history: readonly TicketEvent[]) => history.reduce(evolve, initial).kind;
  t.equal(kindAfter(histories.reopened), 'assigned');
  t.equal(kindAfter(histories.reopenedUnassigned), 'prepared');
});

t.test('given twice it changes nothing, and an open ticket has nothing to reopen', async () => {
  for (const history of [
    histories.reopened,
    histories.reopenedUnassigned,
    histories.prepared,
    histories.assigned,
    histories.inProgress,
  ]) {
    given(ticketDecider, ...history)
      .when(reopen)
      .changesNothing();
  }
});

t.test('there must be a ticket', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(reopen)
    .rejects('ticket-unknown', 'There is no such ticket.');
});
