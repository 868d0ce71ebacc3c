// What customer and desk wrote to each other about a ticket, and what colleagues noted, in the order in which it was said.
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import { type TicketStory, whoDid } from './ticket-story.ts';

/** Whose words: the customer's, the desk's to the customer, or for colleagues only. */
type Side = 'theirs' | 'ours' | 'internal';

export type Said = {
  readonly revision: number;
  readonly side: Side;
  readonly who: string;
  /** What came with the words: `resolved the ticket`. */
  readonly what: string;
  readonly at: string;
  readonly text: string | null;
};

/** The oldest words first. */
export function conversationOf(story: TicketStory, nameOf: (employeeId: string) => string): readonly Said[] {
  return story.events.flatMap((stored) => {
    const words = wordsIn(stored.event);
    if (words === undefined) return [];
    const { origin, metadata, event } = stored;
    const reported = event.type === 'TicketPrepared' && event.data.issueId !== null;
    const customer = story.prepared.customerName;
    const who = reported ? customer || 'The customer' : whoDid(stored, customer, nameOf);
    return [{ revision: origin.revision, at: metadata.occurredAt, who, ...words }];
  });
}

function wordsIn(event: TicketEvent): Pick<Said, 'side' | 'what' | 'text'> | undefined {
  switch (event.type) {
    case 'TicketPrepared':
      return event.data.issueId === null
        ? { side: 'internal', what: 'prepared the ticket', text: event.data.text }
        : { side: 'theirs', what: 'reported', text: event.data.text };
    case 'TicketReplyReceived':
      return { side: 'theirs', what: 'wrote', text: event.data.text };
    case 'TicketReplySent':
      return { side: 'ours', what: 'replied', text: event.data.text };
    case 'TicketStatusReported':
      return { side: 'ours', what: 'reported the status', text: event.data.text };
    case 'TicketPausedForCustomer':
      if (event.data.text === null) return undefined;
      return { side: 'ours', what: 'asked, and waits for the answer', text: event.data.text };
    case 'TicketNoteAdded':
      return { side: 'internal', what: 'noted for colleagues', text: event.data.text };
    case 'TicketRated':
      return {
        side: 'theirs',
        what: event.data.helped ? 'says: it helped' : 'says: it did not help',
        text: event.data.text,
      };
    case 'TicketResolved':
      return { side: 'ours', what: 'resolved the ticket', text: event.data.text };
    case 'TicketReopened':
      return {
        side: event.data.by === 'customer' ? 'theirs' : 'ours',
        what: 'opened it again',
        text: event.data.text,
      };
    case 'TicketCancelled':
      return event.data.by === 'customer'
        ? { side: 'theirs', what: 'closed the issue', text: event.data.text }
        : { side: 'ours', what: 'cancelled the ticket', text: event.data.text };
    case 'TicketAssigned':
    case 'TicketUnassigned':
    case 'TicketStarted':
    case 'TicketPriorityChanged':
    case 'TicketTagged':
    case 'TicketUntagged':
      return undefined;
  }
}
