// The rules of an issue: what a customer and the news of its ticket can do to it.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { ISSUE_EVENTS, type IssueEvent } from '../../shared-contracts/messages/issue-events.ts';
import { accept, type Decider, type Decision, reject } from '../../shared-contracts/runtime/decider.ts';
import type {
  IssueCommand,
  RateIssue,
  RecordAnswer,
  RecordProgress,
  ReportIssue,
  WriteReply,
} from './issue-commands.ts';
import { evolveIssue, type IssueState, isSettled, type KnownIssue } from './issue-state.ts';

export const issueDecider: Decider<IssueState, IssueCommand, IssueEvent> = {
  initial: { kind: 'unknown' },
  evolve: evolveIssue,

  decide(command, state) {
    if (command.type === 'ReportIssue') return reportIssue(command, state);
    if (state.kind === 'unknown') return reject('issue-unknown', 'We do not know this issue.');
    switch (command.type) {
      case 'CloseIssue':
        return closeIssue(state);
      case 'WriteReply':
        return writeReply(command, state);
      case 'RateIssue':
        return rateIssue(command, state);
      case 'RecordProgress':
        return recordProgress(command, state);
      case 'RecordAnswer':
        return recordAnswer(command);
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

function closeIssue({ kind, step, issueId }: KnownIssue): Decision<IssueEvent> {
  if (kind === 'closed') return accept();
  if (step === 'cancelled') {
    return reject('issue-cancelled', 'We have cancelled this issue already; there is nothing left to close.');
  }
  return accept({ type: 'IssueClosed', data: { issueId } });
}

/** What a customer writes is never turned away, whatever became of the issue since the page was loaded. */
function writeReply({ issueId, text }: WriteReply, state: KnownIssue): Decision<IssueEvent> {
  return accept({ type: isSettled(state) ? 'IssueReopened' : 'IssueReplied', data: { issueId, text } });
}

function rateIssue({ issueId, helped, text }: RateIssue, state: KnownIssue): Decision<IssueEvent> {
  if (state.step !== 'resolved') {
    return reject('issue-not-resolved', 'You can say whether it helped once your issue is solved.');
  }
  if (state.rating?.helped === helped && state.rating.text === text) return accept();
  return accept({ type: 'IssueRated', data: { issueId, helped, text } });
}

/** News may come twice, and in any order: each step is news once. */
function recordProgress(
  { type, commandId, ...data }: RecordProgress,
  state: KnownIssue,
): Decision<IssueEvent> {
  if (state.knownSteps.includes(data.ticketRevision)) return accept();
  return accept({ type: 'IssueProgressed', data });
}

/** An answer that comes late is still an answer; that the same one comes twice, the id of the command tells. */
function recordAnswer({ type, commandId, ...data }: RecordAnswer): Decision<IssueEvent> {
  return accept({ type: 'IssueAnswered', data });
}
