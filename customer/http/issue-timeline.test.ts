import t from 'tap';
import {
  type IssueEvent,
  IssueProgressed,
  IssueReported,
} from '../../shared-contracts/messages/issue-events.ts';
import { histories, issueId, progressed, ticketId } from '../issue/testing/histories.ts';
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

t.test('the page says how an issue stands, and what its customer can do about it', async (t) => {
  const replied: IssueEvent = { type: 'IssueReplied', data: { issueId, text: 'The thin paper.' } };
  const waiting = [...histories.reported, progressed(0, 'prepared'), progressed(1, 'waiting')];
  const stands = (history: readonly IssueEvent[]) => {
    const { status, settled, canClose, canRate, helped } = overviewOf(history) ?? {};
    return [status, settled, canClose, canRate, helped];
  };
  t.strictSame(
    [
      stands(histories.reported),
      stands([...histories.reported, replied]),
      stands(waiting),
      stands([...waiting, replied]),
      stands(histories.resolved),
      stands(histories.resolvedAndRated),
      stands(histories.reopenedByCustomer),
      stands([...histories.resolvedAndRated, progressed(5, 'reopened')]),
      stands([...histories.resolvedAndRated, progressed(5, 'started')]),
      stands(histories.cancelled),
      stands(histories.reopened),
      stands(histories.closed),
      stands(histories.closedThenCancelled),
      stands(histories.closedThenReopened),
    ],
    [
      ['Reported', false, true, false, null],
      ['Reported', false, true, false, null],
      ['Waiting for you', false, true, false, null],
      ['In work', false, true, false, null],
      ['Solved', true, true, true, null],
      ['Solved', true, true, true, true],
      ['Open again', false, true, false, null],
      ['Open again', false, true, false, null],
      ['In work', false, true, false, true],
      ['Cancelled', true, false, false, null],
      ['Open again', false, true, false, null],
      ['Closed by you', true, false, false, null],
      ['Closed by you', true, false, false, null],
      ['Open again', false, true, false, null],
    ],
  );
});

t.test('an answer says who wrote it, where the desk tells', async (t) => {
  const answered = (from: string): IssueEvent => ({
    type: 'IssueAnswered',
    data: { issueId, ticketId, from, text: 'Which paper?', at: reportedAt },
  });
  const overview = overviewOf([...histories.reported, answered('Ada Osei'), answered('')]);
  t.strictSame(overview?.timeline.map(({ by, text, note }) => [by, text, note]).slice(1), [
    ['desk', 'Ada Osei wrote:', 'Which paper?'],
    ['desk', 'We wrote:', 'Which paper?'],
  ]);
});
