// The rules of an issue: what a customer and the news of its ticket can do to it.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { ISSUE_EVENTS, type IssueEvent, type Step } from '../../shared-contracts/messages/issue-events.ts';
import { accept, type Decider, type Decision, reject } from '../../shared-contracts/runtime/decider.ts';
import type { CloseIssue, IssueCommand, RecordProgress, ReportIssue } from './commands.ts';

export type IssueState =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'open' | 'closed';
      readonly issueId: string;
      readonly step: Step | null;
      /** Revision of the last step of the ticket that is known; -1 before the first. */
      readonly ticketRevision: number;
    };

export const issueDecider: Decider<IssueState, IssueCommand, IssueEvent> = {
  initial: { kind: 'unknown' },

  evolve(state, event) {
    switch (event.type) {
      case 'IssueReported':
        return { kind: 'open', issueId: event.data.issueId, step: null, ticketRevision: -1 };
      case 'IssueClosed':
        return state.kind === 'unknown' ? state : { ...state, kind: 'closed' };
      case 'IssueProgressed': {
        if (state.kind === 'unknown') return state;
        const { step, ticketRevision } = event.data;
        return { ...state, kind: step === 'reopened' ? 'open' : state.kind, step, ticketRevision };
      }
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'ReportIssue':
        return reportIssue(command, state);
      case 'CloseIssue':
        return closeIssue(command, state);
      case 'RecordProgress':
        return recordProgress(command, state);
    }
  },
};

export const issue = {
  decider: issueDecider,
  isEvent: isOneOf(ISSUE_EVENTS),
  subjectOf: (first: IssueEvent) => (first.type === 'IssueReported' ? first.data.customerId : undefined),
  begunBy: ['ReportIssue'],
};

function reportIssue({ type, commandId, ...data }: ReportIssue, state: IssueState): Decision<IssueEvent> {
  if (state.kind !== 'unknown') return accept();
  return accept({ type: 'IssueReported', data });
}

function closeIssue({ issueId }: CloseIssue, state: IssueState): Decision<IssueEvent> {
  switch (state.kind) {
    case 'unknown':
      return unknownIssue;
    case 'closed':
      return accept();
    case 'open':
      if (state.step === 'cancelled') {
        return reject(
          'issue-cancelled',
          'We have cancelled this issue already; there is nothing left to close.',
        );
      }
      return accept({ type: 'IssueClosed', data: { issueId } });
  }
}

/** News may come twice or late: only a later revision of the ticket is news. */
function recordProgress(
  { type, commandId, ...data }: RecordProgress,
  state: IssueState,
): Decision<IssueEvent> {
  if (state.kind === 'unknown') return unknownIssue;
  if (data.ticketRevision <= state.ticketRevision) return accept();
  return accept({ type: 'IssueProgressed', data });
}

const unknownIssue = reject('issue-unknown', 'We do not know this issue.');
