// What the rules of an issue need to remember of its past.
import type { IssueEvent, Step } from '../../shared-contracts/messages/issue-events.ts';

export type IssueState =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'open' | 'closed';
      readonly issueId: string;
      readonly step: Step | null;
      /** Revision of the latest step of the ticket that is known; -1 before the first. */
      readonly ticketRevision: number;
      /** Revisions of all of its steps that are known. */
      readonly knownSteps: readonly number[];
      readonly rating: { readonly helped: boolean; readonly text: string | null } | null;
    };

export type KnownIssue = Exclude<IssueState, { kind: 'unknown' }>;

export function evolveIssue(state: IssueState, event: IssueEvent): IssueState {
  if (event.type === 'IssueReported') {
    const { issueId } = event.data;
    return { kind: 'open', issueId, step: null, ticketRevision: -1, knownSteps: [], rating: null };
  }
  if (state.kind === 'unknown') return state;
  switch (event.type) {
    case 'IssueClosed':
      return { ...state, kind: 'closed' };
    case 'IssueReopened':
      return { ...state, kind: 'open', step: 'reopened', rating: null };
    case 'IssueRated':
      return { ...state, rating: { helped: event.data.helped, text: event.data.text } };
    case 'IssueProgressed': {
      const { step, ticketRevision } = event.data;
      const knownSteps = [...state.knownSteps, ticketRevision];
      // What came late is known now, and the ticket stands where the later step left it.
      if (ticketRevision < state.ticketRevision) return { ...state, knownSteps };
      const kind = step === 'reopened' ? 'open' : state.kind;
      const rating = step === 'reopened' ? null : state.rating;
      return { ...state, kind, step, ticketRevision, knownSteps, rating };
    }
    case 'IssueReplied':
    case 'IssueAnswered':
      return state;
  }
}

/** Nobody works on it any more, for whatever reason; what the customer writes then opens it again. */
export function isSettled({ kind, step }: KnownIssue): boolean {
  return kind === 'closed' || step === 'resolved' || step === 'cancelled';
}
