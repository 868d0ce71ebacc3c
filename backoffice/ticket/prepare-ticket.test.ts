import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories } from './testing/histories.ts';
import type { PrepareTicket } from './ticket-commands.ts';
import { ticket, ticketDecider } from './ticket-decider.ts';

const [prepared] = histories.prepared;
const [byHand] = histories.byHand;
const fromIssue: PrepareTicket = { type: 'PrepareTicket', commandId, ...prepared.data };

t.test('a reported issue becomes a ticket with all that the customer wrote', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(fromIssue)
    .gives(prepared);
});

t.test('an employee prepares a ticket by hand, without an issue and a customer', async () => {
  given(ticketDecider, ...histories.unknown)
    .when({ type: 'PrepareTicket', commandId, ...byHand.data })
    .gives(byHand);
});

for (const [state, history] of Object.entries(histories).filter(([state]) => state !== 'unknown')) {
  t.test(`given twice it changes nothing, whatever became of the ticket: ${state}`, async () => {
    given(ticketDecider, ...history)
      .when(fromIssue)
      .changesNothing();
  });
}

t.test(
  'what is personal in it is the customer’s; of one prepared by hand it is the ticket’s own',
  async (t) => {
    t.equal(ticket.subjectOf(prepared), fromIssue.customerId);
    t.equal(ticket.subjectOf(byHand), byHand.data.ticketId);
  },
);
