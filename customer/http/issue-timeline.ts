// What a customer reads about an issue: made from the events of its stream.
import type { Kind } from '../../shared-contracts/messages/fields.ts';
import type { IssueEvent, Step } from '../../shared-contracts/messages/issue-events.ts';

export type TimelineEntry = { readonly at: string; readonly text: string; readonly note: string | null };

export type IssueOverview = {
  readonly issueId: string;
  readonly subject: string;
  readonly kind: Kind;
  readonly text: string;
  readonly reportedAt: string;
  readonly status: string;
  readonly tone: 'info' | 'good' | 'neutral';
  readonly open: boolean;
  readonly timeline: readonly TimelineEntry[];
};

const STEP_SENTENCES: Record<Step, string> = {
  prepared: 'Your report is on our desk.',
  assigned: 'Somebody will look after it.',
  started: 'We are working on it.',
  'status-reported': 'News from the work:',
  resolved: 'We believe that it is solved.',
  reopened: 'We are looking at it again.',
  cancelled: 'We have stopped working on it.',
};

const STEP_STATUS: Record<Step, string> = {
  prepared: 'Received',
  assigned: 'Somebody looks after it',
  started: 'In work',
  'status-reported': 'In work',
  resolved: 'Solved',
  reopened: 'Open again',
  cancelled: 'Cancelled',
};

/** Adds one event to what the page shows; the first event of an issue begins it. */
export function addToOverview(
  overview: IssueOverview | undefined,
  event: IssueEvent,
  occurredAt: string,
): IssueOverview | undefined {
  if (event.type === 'IssueReported') {
    const { issueId, subject, kind, text } = event.data;
    const first = { at: occurredAt, text: 'You reported the issue.', note: null };
    return {
      issueId,
      subject,
      kind,
      text,
      reportedAt: occurredAt,
      status: 'Reported',
      tone: 'info',
      open: true,
      timeline: [first],
    };
  }
  if (overview === undefined) return undefined;
  switch (event.type) {
    case 'IssueClosed': {
      const entry = { at: occurredAt, text: 'You closed the issue.', note: null };
      return {
        ...overview,
        status: 'Closed by you',
        tone: 'neutral',
        open: false,
        timeline: [...overview.timeline, entry],
      };
    }
    case 'IssueProgressed': {
      const { step, note, at } = event.data;
      const timeline = [...overview.timeline, { at, text: STEP_SENTENCES[step], note }];
      if (step === 'cancelled' && !overview.open) return { ...overview, timeline };
      return {
        ...overview,
        timeline,
        status: STEP_STATUS[step],
        tone: step === 'resolved' ? 'good' : step === 'cancelled' ? 'neutral' : 'info',
        open: step !== 'cancelled',
      };
    }
  }
}
