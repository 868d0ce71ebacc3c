// ticket_details: one document a ticket, with all that its page shows beside the history.
import {
  TICKET_DETAILS,
  type TicketDetailsDocument,
} from '../../shared-contracts/documents/ticket-details-document.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import { TICKET_EVENTS, type TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import { wordsIn } from './ticket-messages.ts';
import { PREPARED_WORK, workAfter } from './ticket-work.ts';
import type { DocumentFacts, StreamView } from './view.ts';

/** The newest are kept, within both limits: a text may have 20,000 characters, and a document must stay small. */
const CONVERSATION = { entries: 200, characters: 250_000 };
const NOTES = { entries: 100, characters: 100_000 };

export const ticketDetails: StreamView<TicketDetailsDocument, TicketEvent> = {
  kind: 'one-per-stream',
  model: TICKET_DETAILS,
  group: GROUPS.projectionsTicketDetails,
  category: categoryOf.ticket,
  events: TICKET_EVENTS,
  isEvent: isOneOf(TICKET_EVENTS),

  apply(document, event, facts) {
    const { id, revision, occurredAt } = facts;
    if (event.type === 'TicketPrepared') {
      const { ticketId, ...prepared } = event.data;
      return {
        _id: id,
        revision,
        ...prepared,
        ...PREPARED_WORK,
        rating: null,
        conversation: [],
        messages: 0,
        notes: [],
        notesWritten: 0,
        preparedAt: occurredAt,
        updatedAt: occurredAt,
      };
    }
    if (document === undefined) return undefined;
    const next = { ...document, ...workAfter(document, event), revision, updatedAt: occurredAt };
    return { ...next, ...saidIn(document, event, facts), rating: ratingAfter(document, event, facts) };
  },
};

function saidIn(
  { conversation, messages, notes, notesWritten }: TicketDetailsDocument,
  event: TicketEvent,
  { revision, actor, occurredAt: at }: DocumentFacts,
): Partial<TicketDetailsDocument> {
  if (event.type === 'TicketNoteAdded') {
    const note = { revision, actor, text: event.data.text, at };
    return { notes: newest([...notes, note], NOTES), notesWritten: notesWritten + 1 };
  }
  const words = wordsIn(event);
  if (words === undefined) return {};
  const message = { revision, ...words, actor, at };
  return { conversation: newest([...conversation, message], CONVERSATION), messages: messages + 1 };
}

/** What was said about a resolution ends with the next one. */
function ratingAfter(
  { rating }: TicketDetailsDocument,
  event: TicketEvent,
  { occurredAt: at }: DocumentFacts,
): TicketDetailsDocument['rating'] {
  if (event.type === 'TicketResolved') return null;
  return event.type === 'TicketRated' ? { helped: event.data.helped, text: event.data.text, at } : rating;
}

/** The newest entries that keep within the limits, in their order; the last one in any case. */
function newest<Entry extends { readonly text: string }>(
  entries: readonly Entry[],
  limits: { readonly entries: number; readonly characters: number },
): readonly Entry[] {
  let from = entries.length - 1;
  let characters = entries.at(-1)?.text.length ?? 0;
  while (from > 0 && entries.length - from < limits.entries) {
    characters += entries[from - 1]?.text.length ?? 0;
    if (characters > limits.characters) break;
    from -= 1;
  }
  return entries.slice(Math.max(0, from));
}
