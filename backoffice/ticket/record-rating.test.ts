import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { RecordRating } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const rate: RecordRating = {
  type: 'RecordRating',
  commandId,
  ticketId,
  helped: false,
  text: 'Still blank.',
};
const rated = { type: 'TicketRated', data: { ticketId, helped: false, text: 'Still blank.' } } as const;
const resolvedAgain = { type: 'TicketResolved', data: { ticketId, text: 'The feeder is cleaned.' } } as const;

t.test(
  'what the customer thinks of the resolution is kept, also after the ticket was opened again',
  async () => {
    for (const history of [histories.resolved, histories.reopened]) {
      given(ticketDecider, ...history)
        .when(rate)
        .gives(rated);
    }
  },
);

t.test('given twice it changes nothing; another answer replaces it', async () => {
  given(ticketDecider, ...histories.resolved, rated)
    .when(rate)
    .changesNothing();
  given(ticketDecider, ...histories.resolved, rated)
    .when({ ...rate, helped: true, text: null })
    .gives({ type: 'TicketRated', data: { ticketId, helped: true, text: null } });
});

t.test('the next resolution is rated anew', async () => {
  given(ticketDecider, ...histories.resolved, rated, ...histories.reopened.slice(-1), resolvedAgain)
    .when(rate)
    .gives(rated);
});

t.test('there must be a ticket', async () => {
  given(ticketDecider, ...histories.unknown)
    .when(rate)
    .rejects('ticket-unknown', 'There is no such ticket.');
});
