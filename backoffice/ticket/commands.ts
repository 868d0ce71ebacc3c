import type { Kind } from '../../shared-contracts/messages/fields.ts';

export type PrepareTicket = {
  readonly type: 'PrepareTicket';
  readonly commandId: string;
  readonly ticketId: string;
  /** Null for a ticket that an employee prepares by hand. */
  readonly issueId: string | null;
  readonly customerId: string | null;
  readonly customerName: string;
  readonly subject: string;
  readonly kind: Kind;
  readonly text: string;
};

export type AssignTicket = {
  readonly type: 'AssignTicket';
  readonly commandId: string;
  readonly ticketId: string;
  readonly employeeId: string;
  /** What the employee's own stream said when the command was made. */
  readonly employee: 'active' | 'deactivated' | 'unknown';
};

export type StartWork = { readonly type: 'StartWork'; readonly commandId: string; readonly ticketId: string };

type WithText<Type extends string> = {
  readonly type: Type;
  readonly commandId: string;
  readonly ticketId: string;
  readonly text: string;
};

export type ReportStatus = WithText<'ReportStatus'>;
export type ResolveTicket = WithText<'ResolveTicket'>;
export type ReopenTicket = WithText<'ReopenTicket'>;

export type CancelTicket = {
  readonly type: 'CancelTicket';
  readonly commandId: string;
  readonly ticketId: string;
  readonly by: 'customer' | 'employee';
  readonly text: string | null;
};

export type TicketCommand =
  | PrepareTicket
  | AssignTicket
  | StartWork
  | ReportStatus
  | ResolveTicket
  | ReopenTicket
  | CancelTicket;
