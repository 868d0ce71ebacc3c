import type { Kind, Priority } from '../../shared-contracts/messages/fields.ts';

type OfTicket<Type extends string> = {
  readonly type: Type;
  readonly commandId: string;
  readonly ticketId: string;
};
type WithText<Type extends string> = OfTicket<Type> & { readonly text: string };

export type PrepareTicket = WithText<'PrepareTicket'> & {
  /** Null for a ticket that an employee prepares by hand. */
  readonly issueId: string | null;
  readonly customerId: string | null;
  readonly customerName: string;
  readonly subject: string;
  readonly kind: Kind;
};

export type AssignTicket = OfTicket<'AssignTicket'> & {
  readonly employeeId: string;
  /** What the employee's own stream said when the command was made. */
  readonly employee: 'active' | 'deactivated' | 'unknown';
};

/** Gives the ticket back; with `from`, only if this employee still has it. */
export type UnassignTicket = OfTicket<'UnassignTicket'> & {
  readonly why: 'by-employee' | 'employee-deactivated';
  readonly from: string | null;
};

export type StartWork = OfTicket<'StartWork'>;
export type ReportStatus = WithText<'ReportStatus'>;
export type ResolveTicket = WithText<'ResolveTicket'>;

/** Waits for the customer; `text` is what the customer is asked, unless a reply asked it. */
export type WaitForCustomer = OfTicket<'WaitForCustomer'> & { readonly text: string | null };

/** An employee writes to the customer, who reads the name in `from`; empty where it is not told. */
export type SendReply = WithText<'SendReply'> & { readonly from: string; readonly thenWait: boolean };

/** What the customer wrote; where the ticket was settled, that opens it again. */
export type AddCustomerReply = WithText<'AddCustomerReply'>;

export type AddNote = WithText<'AddNote'>;
export type ChangePriority = OfTicket<'ChangePriority'> & { readonly priority: Priority };
export type AddTag = OfTicket<'AddTag'> & { readonly tag: string };
export type RemoveTag = OfTicket<'RemoveTag'> & { readonly tag: string };
export type RecordRating = OfTicket<'RecordRating'> & {
  readonly helped: boolean;
  readonly text: string | null;
};

export type ReopenTicket = WithText<'ReopenTicket'>;

export type CancelTicket = OfTicket<'CancelTicket'> & {
  readonly by: 'customer' | 'employee';
  readonly text: string | null;
};

export type TicketCommand =
  | PrepareTicket
  | AssignTicket
  | UnassignTicket
  | StartWork
  | ReportStatus
  | ResolveTicket
  | WaitForCustomer
  | SendReply
  | AddCustomerReply
  | AddNote
  | ChangePriority
  | AddTag
  | RemoveTag
  | RecordRating
  | ReopenTicket
  | CancelTicket;
