import t from 'tap';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { TICKET_EVENTS } from '../../shared-contracts/messages/ticket-events.ts';
import { newsFor, TOLD_EVENTS } from './news-for-customer.ts';

const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';
const place = { issueId, ticketRevision: 4, at: '2026-11-22T10:15:00.000Z' };
const isTicketEvent = isOneOf(TICKET_EVENTS);

t.test('a message is made of each event that is told, and of no other', async (t) => {
  const told = TICKET_EVENTS.filter((definition) => {
    const event = { type: definition.type, data: definition.example };
    return isTicketEvent(event) && newsFor(event, place) !== null;
  });
  t.strictSame(
    told.map(({ type }) => type),
    TICKET_EVENTS.filter((definition) => TOLD_EVENTS.includes(definition)).map(({ type }) => type),
  );
});

t.test('customers are not told what they wrote themselves', async (t) => {
  const ticketId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';
  const news = (by: 'customer' | 'employee') =>
    newsFor({ type: 'TicketReopened', data: { ticketId, by, text: 'It is blank again.' } }, place);
  const progressed = { issueId, ticketId, ticketRevision: 4, step: 'reopened', at: place.at };
  t.strictSame(news('customer'), { type: 'TicketProgressed', data: { ...progressed, note: null } });
  t.strictSame(news('employee'), {
    type: 'TicketProgressed',
    data: { ...progressed, note: 'It is blank again.' },
  });
});
