// What the rules of a ticket need to remember of its past.
import type { Priority } from '../../shared-contracts/messages/fields.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';

type OpenKind = 'prepared' | 'assigned' | 'in-progress';

export type TicketState =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: OpenKind | 'waiting' | 'resolved' | 'cancelled';
      /** Where the ticket goes on when the customer's answer comes; only of use while it is waiting. */
      readonly before: OpenKind;
      /** Somebody hears what is told about this ticket; nobody does of one that was prepared by hand. */
      readonly hasCustomer: boolean;
      readonly assigneeId: string | null;
      readonly priority: Priority;
      readonly tags: readonly string[];
      /** What the customer was told last since work was begun. */
      readonly lastReport: string | null;
      readonly rating: { readonly helped: boolean; readonly text: string | null } | null;
    };

export type KnownTicket = Exclude<TicketState, { kind: 'unknown' }>;

export function evolveTicket(state: TicketState, event: TicketEvent): TicketState {
  if (event.type === 'TicketPrepared') {
    return {
      kind: 'prepared',
      before: 'prepared',
      hasCustomer: event.data.issueId !== null,
      assigneeId: null,
      priority: 'normal',
      tags: [],
      lastReport: null,
      rating: null,
    };
  }
  if (state.kind === 'unknown') return state;
  switch (event.type) {
    case 'TicketAssigned':
      return { ...state, kind: 'assigned', assigneeId: event.data.employeeId, lastReport: null };
    case 'TicketUnassigned':
      return { ...unassigned(state), assigneeId: null, lastReport: null };
    case 'TicketStarted':
      return { ...state, kind: 'in-progress', lastReport: null };
    case 'TicketStatusReported':
      return { ...state, kind: 'in-progress', lastReport: event.data.text };
    case 'TicketPausedForCustomer':
      return { ...state, kind: 'waiting', before: openKind(state), lastReport: null };
    case 'TicketReplyReceived':
      return { ...state, kind: state.kind === 'waiting' ? state.before : state.kind };
    case 'TicketReplySent':
    case 'TicketNoteAdded':
      return state;
    case 'TicketPriorityChanged':
      return { ...state, priority: event.data.priority };
    case 'TicketTagged':
      return { ...state, tags: [...state.tags, event.data.tag] };
    case 'TicketUntagged':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.data.tag) };
    case 'TicketRated':
      return { ...state, rating: { helped: event.data.helped, text: event.data.text } };
    case 'TicketResolved':
      return { ...state, kind: 'resolved', lastReport: null, rating: null };
    case 'TicketReopened':
      return { ...state, kind: state.assigneeId === null ? 'prepared' : 'assigned', lastReport: null };
    case 'TicketCancelled':
      return { ...state, kind: 'cancelled', lastReport: null };
  }
}

function unassigned(state: KnownTicket): KnownTicket {
  switch (state.kind) {
    case 'prepared':
    case 'assigned':
    case 'in-progress':
      return { ...state, kind: 'prepared' };
    case 'waiting':
      return { ...state, before: 'prepared' };
    case 'resolved':
    case 'cancelled':
      return state;
  }
}

/** Nobody works on it any more; what the customer writes then opens it again. */
export function isSettled({ kind }: KnownTicket): boolean {
  return kind === 'resolved' || kind === 'cancelled';
}

/** Where an open ticket stands, and stood before it was made to wait. */
export function openKind({ kind, before }: KnownTicket): OpenKind {
  switch (kind) {
    case 'prepared':
    case 'assigned':
    case 'in-progress':
      return kind;
    case 'waiting':
    case 'resolved':
    case 'cancelled':
      return before;
  }
}
