import t from 'tap';
import {
  type IssueEvent,
  IssueProgressed,
  IssueReported,
} from '../../shared-contracts/messages/issue-events.ts';
import { histories, issueId } from '../issue/testing/histories.ts';
import { addToOverview, type IssueOverview } from './issue-timeline.ts';

const reportedAt = '2026-11-22T10:00:00.000Z';

function overviewOf(events: readonly IssueEvent[]): IssueOverview | undefined {
  let overview: IssueOverview | undefined;
  for (const event of events) overview = addToOverview(overview, event, reportedAt);
  return overview;
}

t.test('news that was overtaken stands where it belongs, and changes nothing else', async (t) => {
  const data = {
    ...IssueProgressed.example,
    ticketRevision: 2,
    step: 'started',
    at: '2026-11-22T10:14:00.000Z',
  } as const;
  const overview = overviewOf([...histories.resolved, { type: 'IssueProgressed', data }]);
  t.strictSame([overview?.status, overview?.canRate, overview?.ticketRevision], ['Solved', true, 3]);
  t.strictSame(
    overview?.timeline.map(({ text }) => text),
    [
      'You reported the issue.',
      'We are working on it.',
      'Your report is on our desk.',
      'We believe that it is solved.',
    ],
  );
});

t.test('of a very long story the beginning and the newest is shown', async (t) => {
  const replies = Array.from({ length: 600 }, (_, index) => ({
    type: 'IssueReplied' as const,
    data: { issueId, text: `Reply ${index}` },
  }));
  const overview = overviewOf([{ type: 'IssueReported', data: IssueReported.example }, ...replies]);
  const notes = overview?.timeline.map(({ note }) => note) ?? [];
  t.strictSame(
    [notes.length, notes[0], notes[1], notes.at(-1), overview?.leftOut],
    [500, IssueReported.example.text, 'Reply 101', 'Reply 599', 101],
  );
});
