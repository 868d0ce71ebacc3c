import t from 'tap';
import { LIMITS } from '../../shared-contracts/messages/fields.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { RecordRating, TicketCommand } from './commands.ts';
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

t.test('a ticket is normal until somebody says otherwise', async () => {
  given(ticketDecider, ...histories.prepared)
    .when({ type: 'ChangePriority', ...ids, priority: 'urgent' })
    .gives({ type: 'TicketPriorityChanged', data: { ticketId, priority: 'urgent' } });
  given(ticketDecider, ...histories.prepared)
    .when({ type: 'ChangePriority', ...ids, priority: 'normal' })
    .changesNothing();
});

t.test('tags are put on and taken off, each once', async () => {
  const tagged = { type: 'TicketTagged', data: { ticketId, tag: 'printer' } } as const;
  const add: TicketCommand = { type: 'AddTag', ...ids, tag: 'printer' };
  const remove: TicketCommand = { type: 'RemoveTag', ...ids, tag: 'printer' };
  given(ticketDecider, ...histories.prepared)
    .when(add)
    .gives(tagged);
  given(ticketDecider, ...histories.prepared, tagged)
    .when(add)
    .changesNothing();
  given(ticketDecider, ...histories.prepared, tagged)
    .when(remove)
    .gives({ type: 'TicketUntagged', data: { ticketId, tag: 'printer' } });
  given(ticketDecider, ...histories.prepared)
    .when(remove)
    .changesNothing();
});

t.test('there is a limit to the tags of one ticket', async () => {
  const full = Array.from({ length: LIMITS.tags }, (_, index) => ({
    type: 'TicketTagged' as const,
    data: { ticketId, tag: `tag-${index}` },
  }));
  given(ticketDecider, ...histories.prepared, ...full)
    .when({ type: 'AddTag', ...ids, tag: 'printer' })
    .rejects('too-many-tags', 'A ticket has 20 tags at most. Take one off first.');
});

t.test('a note is added to any ticket, and the same words twice are two notes', async () => {
  const note = { type: 'TicketNoteAdded', data: { ticketId, text: 'As last month.' } } as const;
  for (const history of [histories.prepared, histories.resolved, histories.byHand]) {
    given(ticketDecider, ...history, note)
      .when({ type: 'AddNote', ...ids, text: 'As last month.' })
      .gives(note);
  }
});

t.test('what the customer thinks of the resolution is kept, the last answer only', async () => {
  const rate: RecordRating = { type: 'RecordRating', ...ids, helped: false, text: 'Still blank.' };
  const rated = { type: 'TicketRated', data: { ticketId, helped: false, text: 'Still blank.' } } as const;
  given(ticketDecider, ...histories.resolved)
    .when(rate)
    .gives(rated);
  given(ticketDecider, ...histories.resolved, rated)
    .when(rate)
    .changesNothing();
});
