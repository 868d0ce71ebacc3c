import t from 'tap';
import { STEPS, type Step } from '../../shared-contracts/messages/issue-events.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { RecordProgress } from './issue-commands.ts';
import { issueDecider } from './issue-decider.ts';
import { commandId, histories, issueId, progressed, ticketId } from './testing/histories.ts';

function news(ticketRevision: number, step: Step): RecordProgress {
  return {
    type: 'RecordProgress',
    commandId,
    issueId,
    ticketId,
    ticketRevision,
    step,
    note: null,
    at: '2026-11-22T10:15:00.000Z',
  };
}

t.test('every step of the ticket is recorded, with the note that came with it', async () => {
  for (const step of STEPS) {
    given(issueDecider, ...histories.reported)
      .when(news(0, step))
      .gives(progressed(0, step));
  }
  given(issueDecider, ...histories.assigned)
    .when({ ...news(2, 'status-reported'), note: 'We ordered a new drum.' })
    .gives({
      type: 'IssueProgressed',
      data: {
        issueId,
        ticketId,
        ticketRevision: 2,
        step: 'status-reported',
        note: 'We ordered a new drum.',
        at: '2026-11-22T10:15:00.000Z',
      },
    });
});

t.test('news that skips a revision is news: not every event of a ticket is told', async () => {
  given(issueDecider, ...histories.assigned)
    .when(news(7, 'resolved'))
    .gives(progressed(7, 'resolved'));
});

t.test('repeated news changes nothing', async () => {
  given(issueDecider, ...histories.assigned)
    .when(news(1, 'assigned'))
    .changesNothing();
});

t.test('late news is news once, and does not turn back how the ticket stands', async () => {
  const late = progressed(2, 'status-reported');
  given(issueDecider, ...histories.assigned, progressed(3, 'resolved'))
    .when(news(2, 'status-reported'))
    .gives(late);
  given(issueDecider, ...histories.assigned, progressed(3, 'resolved'), late)
    .when(news(2, 'status-reported'))
    .changesNothing();
  given(issueDecider, ...histories.assigned, progressed(3, 'cancelled'), late)
    .when({ type: 'CloseIssue', commandId, issueId })
    .rejects('issue-cancelled', 'We have cancelled this issue already; there is nothing left to close.');
});

t.test('the ticket of a closed issue still tells what becomes of it', async () => {
  given(issueDecider, ...histories.closed)
    .when(news(1, 'cancelled'))
    .gives(progressed(1, 'cancelled'));
});

t.test('there must be an issue', async () => {
  given(issueDecider, ...histories.unknown)
    .when(news(0, 'prepared'))
    .rejects('issue-unknown', 'We do not know this issue.');
});
