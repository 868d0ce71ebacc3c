import type { Kind } from '../../shared-contracts/messages/fields.ts';
import type { Step } from '../../shared-contracts/messages/issue-events.ts';

export type ReportIssue = {
  readonly type: 'ReportIssue';
  readonly commandId: string;
  readonly issueId: string;
  readonly customerId: string;
  readonly email: string;
  readonly name: string;
  readonly subject: string;
  readonly kind: Kind;
  readonly text: string;
};

export type CloseIssue = {
  readonly type: 'CloseIssue';
  readonly commandId: string;
  readonly issueId: string;
};

/** The back office told that the ticket went on. */
export type RecordProgress = {
  readonly type: 'RecordProgress';
  readonly commandId: string;
  readonly issueId: string;
  readonly ticketId: string;
  readonly ticketRevision: number;
  readonly step: Step;
  readonly note: string | null;
  readonly at: string;
};

export type IssueCommand = ReportIssue | CloseIssue | RecordProgress;
