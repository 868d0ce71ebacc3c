// What a customer reads about an issue: made from the events of its stream.
import type { Kind } from '../../shared-contracts/messages/fields.ts';
import type { IssueEvent, Step } from '../../shared-contracts/messages/issue-events.ts';

/** One thing that happened; `by` says whose words the note is. */
export type TimelineEntry = {
  readonly at: string;
  readonly by: 'you' | 'desk';
  readonly text: string;
  readonly note: string | null;
};

export type IssueOverview = {
  readonly issueId: string;
  readonly subject: string;
  readonly kind: Kind;
  readonly text: string;
  readonly reportedAt: string;
  readonly status: string;
  readonly tone: 'info' | 'good' | 'warning' | 'neutral';
  /** Nobody works on it any more: what the customer writes opens it again. */
  readonly settled: boolean;
  readonly canClose: boolean;
  /** The issue was solved: the customer may say whether it helped. */
  readonly canRate: boolean;
  /** Revision of the latest step of the ticket that is shown; -1 before the first. */
  readonly ticketRevision: number;
  /** What the customer said last: whether the resolution helped. */
  readonly helped: boolean | null;
  /** The oldest first; of a very long one the first entry and the newest. */
  readonly timeline: readonly TimelineEntry[];
  /** How many entries there were between the first and those that are shown. */
  readonly leftOut: number;
};

/** Whoever has the link may write as much as they like; a page shows no more than this. */
const LONGEST_TIMELINE = 500;

const STEP_SENTENCES: Record<Step, string> = {
  prepared: 'Your report is on our desk.',
  assigned: 'Somebody will look after it.',
  started: 'We are working on it.',
  'status-reported': 'News from the work:',
  waiting: 'We are waiting for your answer.',
  resolved: 'We believe that it is solved.',
  reopened: 'We are looking at it again.',
  cancelled: 'We have stopped working on it.',
};

type Standing = Pick<IssueOverview, 'status' | 'tone' | 'settled' | 'canClose' | 'canRate'>;

const inWork = { tone: 'info', settled: false, canClose: true, canRate: false } as const;

const STANDINGS: Record<Step | 'reported' | 'closed', Standing> = {
  reported: { ...inWork, status: 'Reported' },
  prepared: { ...inWork, status: 'Received' },
  assigned: { ...inWork, status: 'Somebody looks after it' },
  started: { ...inWork, status: 'In work' },
  'status-reported': { ...inWork, status: 'In work' },
  waiting: { ...inWork, status: 'Waiting for you', tone: 'warning' },
  resolved: { ...inWork, status: 'Solved', tone: 'good', settled: true, canRate: true },
  reopened: { ...inWork, status: 'Open again' },
  cancelled: { ...inWork, status: 'Cancelled', tone: 'neutral', settled: true, canClose: false },
  closed: { ...inWork, status: 'Closed by you', tone: 'neutral', settled: true, canClose: false },
};

/** Adds one event to what the page shows; the first event of an issue begins it. */
export function addToOverview(
  overview: IssueOverview | undefined,
  event: IssueEvent,
  occurredAt: string,
): IssueOverview | undefined {
  if (event.type === 'IssueReported') {
    const { issueId, subject, kind, text } = event.data;
    const first: TimelineEntry = { at: occurredAt, by: 'you', text: 'You reported the issue.', note: text };
    const about = { issueId, subject, kind, text, reportedAt: occurredAt, ticketRevision: -1, helped: null };
    return { ...about, ...STANDINGS.reported, timeline: [first], leftOut: 0 };
  }
  if (overview === undefined) return undefined;
  const after = (entry: TimelineEntry, change: Partial<IssueOverview> = {}): IssueOverview => ({
    ...overview,
    ...change,
    ...shortened(overview, [...overview.timeline, entry]),
  });
  const yours = (text: string, note: string | null): TimelineEntry => ({
    at: occurredAt,
    by: 'you',
    text,
    note,
  });
  switch (event.type) {
    case 'IssueClosed':
      return after(yours('You closed the issue.', null), STANDINGS.closed);
    case 'IssueReplied':
      return after(yours('You wrote:', event.data.text), {
        ...(overview.status === STANDINGS.waiting.status ? STANDINGS.started : {}),
      });
    case 'IssueReopened':
      return after(yours('You opened it again:', event.data.text), { ...STANDINGS.reopened, helped: null });
    case 'IssueRated': {
      const { helped, text } = event.data;
      const said = helped ? 'You said that it helped.' : 'You said that it did not help.';
      return after(yours(said, text), { helped });
    }
    case 'IssueAnswered': {
      const { at, from, text } = event.data;
      const entry: TimelineEntry = {
        at,
        by: 'desk',
        text: from === '' ? 'We wrote:' : `${from} wrote:`,
        note: text,
      };
      return { ...overview, ...shortened(overview, placed(overview.timeline, entry)) };
    }
    case 'IssueProgressed': {
      const { step, note, at, ticketRevision } = event.data;
      const entry: TimelineEntry = { at, by: 'desk', text: STEP_SENTENCES[step], note };
      // News that was overtaken stands where it belongs, and the issue where the later step left it.
      if (ticketRevision < overview.ticketRevision)
        return { ...overview, ...shortened(overview, placed(overview.timeline, entry)) };
      // The customer who closed an issue knows why it was cancelled; one who opened it again knows that, too.
      if (step === 'cancelled' && overview.settled) return after(entry, { ticketRevision });
      const helped = step === 'reopened' ? null : overview.helped;
      return after(entry, { ...STANDINGS[step], ticketRevision, helped });
    }
  }
}

/** A timeline with one more entry, before the first that happened later. */
function placed(timeline: readonly TimelineEntry[], entry: TimelineEntry): readonly TimelineEntry[] {
  const index = timeline.findIndex(({ at }) => at > entry.at);
  return timeline.toSpliced(index < 0 ? timeline.length : index, 0, entry);
}

function shortened(
  { leftOut }: IssueOverview,
  timeline: readonly TimelineEntry[],
): Pick<IssueOverview, 'timeline' | 'leftOut'> {
  if (timeline.length <= LONGEST_TIMELINE) return { timeline, leftOut };
  return { timeline: timeline.toSpliced(1, 1), leftOut: leftOut + 1 };
}
