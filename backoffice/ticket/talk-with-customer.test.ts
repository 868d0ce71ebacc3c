import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { AddCustomerReply, SendReply, WaitForCustomer } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const ask = 'Which paper do you use?';
const reply: SendReply = {
  type: 'SendReply',
  commandId,
  ticketId,
  from: 'Ada Osei',
  text: ask,
  thenWait: false,
};
const wait: WaitForCustomer = { type: 'WaitForCustomer', commandId, ticketId, text: ask };
const written: AddCustomerReply = { type: 'AddCustomerReply', commandId, ticketId, text: 'The thin one.' };

const sent = { type: 'TicketReplySent', data: { ticketId, from: 'Ada Osei', text: ask } } as const;
const received = { type: 'TicketReplyReceived', data: { ticketId, text: 'The thin one.' } } as const;
const paused = { type: 'TicketPausedForCustomer', data: { ticketId, text: null } } as const;
const noCustomer =
  'This ticket was prepared by hand: no customer reads what you write. Write a note instead.';

t.test('an employee writes to the customer, also after the ticket was resolved', async () => {
  for (const history of [
    histories.prepared,
    histories.assigned,
    histories.inProgress,
    histories.waiting,
    histories.resolved,
  ]) {
    given(ticketDecider, ...history)
      .when(reply)
      .gives(sent);
  }
});

t.test(
  'a reply that asks something lets the ticket wait; one that waits already goes on waiting',
  async () => {
    given(ticketDecider, ...histories.inProgress)
      .when({ ...reply, thenWait: true })
      .gives(sent, paused);
    given(ticketDecider, ...histories.waiting)
      .when({ ...reply, thenWait: true })
      .gives(sent);
    given(ticketDecider, ...histories.resolved)
      .when({ ...reply, thenWait: true })
      .rejects('ticket-resolved', 'This ticket is resolved. Reopen it first.');
  },
);

t.test('an open ticket waits for the customer, once', async () => {
  for (const history of [histories.prepared, histories.assigned, histories.inProgress]) {
    given(ticketDecider, ...history)
      .when(wait)
      .gives({ type: 'TicketPausedForCustomer', data: { ticketId, text: ask } });
  }
  given(ticketDecider, ...histories.waiting)
    .when(wait)
    .changesNothing();
});

t.test('a settled ticket waits for nobody, and a cancelled one has no replies', async () => {
  const cancelled = 'This ticket is cancelled. Reopen it first.';
  given(ticketDecider, ...histories.resolved)
    .when(wait)
    .rejects('ticket-resolved', 'This ticket is resolved. Reopen it first.');
  given(ticketDecider, ...histories.cancelled)
    .when(wait)
    .rejects('ticket-cancelled', cancelled);
  given(ticketDecider, ...histories.cancelled)
    .when(reply)
    .rejects('ticket-cancelled', cancelled);
});

t.test('nobody reads what is written about a ticket that was prepared by hand', async () => {
  for (const command of [reply, wait]) {
    given(ticketDecider, ...histories.byHand)
      .when(command)
      .rejects('ticket-without-customer', noCustomer);
  }
});

t.test('what the customer writes is never turned away; it opens a settled ticket again', async () => {
  for (const history of [histories.prepared, histories.assigned, histories.inProgress, histories.waiting]) {
    given(ticketDecider, ...history)
      .when(written)
      .gives(received);
  }
  for (const history of [histories.resolved, histories.cancelled]) {
    given(ticketDecider, ...history)
      .when(written)
      .gives({ type: 'TicketReopened', data: { ticketId, by: 'customer', text: 'The thin one.' } });
  }
});

t.test('with the answer, the work goes on where it was', async () => {
  given(ticketDecider, ...histories.waitingInProgress, received)
    .when({ type: 'ResolveTicket', commandId, ticketId, text: 'Use the thick one.' })
    .gives({ type: 'TicketResolved', data: { ticketId, text: 'Use the thick one.' } });
  given(ticketDecider, ...histories.waiting, received)
    .when({ type: 'ResolveTicket', commandId, ticketId, text: 'Use the thick one.' })
    .rejects('work-not-started', 'Start work on the ticket before you resolve it.');
});

t.test('a ticket that waits while it is worked on may be reported on and resolved', async () => {
  given(ticketDecider, ...histories.waitingInProgress)
    .when({ type: 'ReportStatus', commandId, ticketId, text: 'We ordered a new drum.' })
    .gives({ type: 'TicketStatusReported', data: { ticketId, text: 'We ordered a new drum.' } });
  given(ticketDecider, ...histories.waitingInProgress)
    .when({ type: 'ResolveTicket', commandId, ticketId, text: 'Use the thick one.' })
    .gives({ type: 'TicketResolved', data: { ticketId, text: 'Use the thick one.' } });
});

t.test('a note is added to any ticket, and the same words twice are two notes', async () => {
  const note = { type: 'TicketNoteAdded', data: { ticketId, text: 'As last month.' } } as const;
  for (const history of [histories.prepared, histories.resolved, histories.byHand]) {
    given(ticketDecider, ...history, note)
      .when({ type: 'AddNote', commandId, ticketId, text: 'As last month.' })
      .gives(note);
  }
});

t.test('after the answer, the ticket can wait for the next one', async () => {
  for (const history of [histories.waiting, histories.waitingInProgress]) {
    given(ticketDecider, ...history, received)
      .when(wait)
      .gives({ type: 'TicketPausedForCustomer', data: { ticketId, text: ask } });
  }
});
