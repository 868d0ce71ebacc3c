// Which events an employee must have seen before they do something: what would have made them do it otherwise, or not at all.
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import type { TicketCommand } from '../../ticket/ticket-commands.ts';

type EventType = TicketEvent['type'];

const ASSIGNMENT: readonly EventType[] = ['TicketAssigned', 'TicketUnassigned'];
const SETTLING: readonly EventType[] = ['TicketResolved', 'TicketReopened', 'TicketCancelled'];
/** What customer and desk wrote to each other, and what ended or began their talk. */
const WORDS: readonly EventType[] = [
  'TicketReplyReceived',
  'TicketReplySent',
  'TicketStatusReported',
  'TicketPausedForCustomer',
  ...SETTLING,
];
/** To end the work is to answer all that anybody said of it. */
const ALL_THAT_WAS_SAID: readonly EventType[] = [...WORDS, ...ASSIGNMENT, 'TicketNoteAdded'];

const MINDED: Record<TicketCommand['type'], readonly EventType[]> = {
  AssignTicket: [...ASSIGNMENT, ...SETTLING],
  UnassignTicket: [...ASSIGNMENT, ...SETTLING],
  StartWork: [...ASSIGNMENT, ...SETTLING],
  ReportStatus: [...WORDS, ...ASSIGNMENT],
  SendReply: WORDS,
  WaitForCustomer: WORDS,
  ResolveTicket: ALL_THAT_WAS_SAID,
  CancelTicket: ALL_THAT_WAS_SAID,
  ReopenTicket: [...WORDS, ...ASSIGNMENT],
  ChangePriority: ['TicketPriorityChanged'],
  // A note and a tag are right whatever else happened; the others are no forms of a page.
  AddNote: [],
  AddTag: [],
  RemoveTag: [],
  PrepareTicket: [],
  AddCustomerReply: [],
  RecordRating: [],
};

/** Whether who gives a command has to have seen an event of this type. */
export function mindsOf(command: TicketCommand['type']): (event: EventType) => boolean {
  const minded = MINDED[command];
  return (type) => minded.includes(type);
}
