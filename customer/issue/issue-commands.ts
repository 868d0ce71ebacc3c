import type { Kind } from '../../shared-contracts/messages/fields.ts';
import type { Step } from '../../shared-contracts/messages/issue-events.ts';

type OfIssue<Type extends string> = {
  readonly type: Type;
  readonly commandId: string;
  readonly issueId: string;
};

export type ReportIssue = OfIssue<'ReportIssue'> & {
  readonly customerId: string;
  readonly email: string;
  /** Keyed hash of the address. */
  readonly addressHash: string;
  readonly name: string;
  readonly subject: string;
  readonly kind: Kind;
  readonly text: string;
};

export type CloseIssue = OfIssue<'CloseIssue'>;

/** The customer wrote; where the issue was settled, that opens it again. */
export type WriteReply = OfIssue<'WriteReply'> & { readonly text: string };

/** Whether the resolution helped. */
export type RateIssue = OfIssue<'RateIssue'> & { readonly helped: boolean; readonly text: string | null };

/** The back office told that the ticket went on. */
export type RecordProgress = OfIssue<'RecordProgress'> & {
  readonly ticketId: string;
  readonly ticketRevision: number;
  readonly step: Step;
  readonly note: string | null;
  readonly at: string;
};

/** The back office passed on what an employee wrote. */
export type RecordAnswer = OfIssue<'RecordAnswer'> & {
  readonly ticketId: string;
  readonly from: string;
  readonly text: string;
  readonly at: string;
};

export type IssueCommand = ReportIssue | CloseIssue | WriteReply | RateIssue | RecordProgress | RecordAnswer;
