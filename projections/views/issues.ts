// issues: one document an issue as its customer knows it; finds what was reported under an address.
import {
  ISSUES,
  type IssueDocument,
  type IssueStatus,
} from '../../shared-contracts/documents/issue-document.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { ISSUE_EVENTS, type IssueEvent, type Step } from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import type { StreamView } from './view.ts';

export const issues: StreamView<IssueDocument, IssueEvent> = {
  kind: 'one-per-stream',
  model: ISSUES,
  group: GROUPS.projectionsIssues,
  category: categoryOf.issue,
  events: ISSUE_EVENTS,
  isEvent: isOneOf(ISSUE_EVENTS),

  apply(document, event, { id, revision, occurredAt }) {
    if (event.type === 'IssueReported') {
      const { addressHash, customerId, kind } = event.data;
      return {
        _id: id,
        revision,
        addressHash,
        customerId,
        kind,
        status: 'open',
        step: null,
        ticketRevision: -1,
        ticketId: null,
        helped: null,
        ratedAt: null,
        reportedAt: occurredAt,
        updatedAt: occurredAt,
      };
    }
    if (document === undefined) return undefined;
    const next = { ...document, revision, updatedAt: occurredAt };
    switch (event.type) {
      case 'IssueClosed':
        return { ...next, status: 'closed' };
      case 'IssueReplied':
        return { ...next, status: document.status === 'waiting' ? 'open' : document.status };
      case 'IssueReopened':
        return { ...next, status: 'open', step: 'reopened', helped: null, ratedAt: null };
      case 'IssueRated':
        return { ...next, helped: event.data.helped, ratedAt: occurredAt };
      case 'IssueAnswered':
        return { ...next, ticketId: event.data.ticketId };
      case 'IssueProgressed': {
        const { step, ticketId, ticketRevision } = event.data;
        // News that was overtaken: the issue stands where the later step left it.
        if (ticketRevision < document.ticketRevision) return next;
        const rating = step === 'reopened' ? { helped: null, ratedAt: null } : {};
        const status = statusAfter(document.status, step);
        return { ...next, ...rating, step, ticketId, ticketRevision, status };
      }
    }
  },
};

/** What the customer closed stays closed, whatever the ticket still does, until one side opens it again. */
function statusAfter(status: IssueStatus, step: Step): IssueStatus {
  if (status === 'closed' && step !== 'reopened') return status;
  switch (step) {
    case 'waiting':
    case 'resolved':
    case 'cancelled':
      return step;
    case 'status-reported':
    case 'prepared':
    case 'assigned':
    case 'started':
    case 'reopened':
      return 'open';
  }
}
