import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { RecordAnswer } from './issue-commands.ts';
import { issueDecider } from './issue-decider.ts';
import { commandId, histories, issueId, ticketId } from './testing/histories.ts';

const data = {
  issueId,
  ticketId,
  from: 'Ada Osei',
  text: 'Which paper do you use?',
  at: '2026-11-22T10:12:00.000Z',
};
const answer: RecordAnswer = { type: 'RecordAnswer', commandId, ...data };

t.test('what an employee wrote is recorded, whatever became of the issue meanwhile', async () => {
  for (const [state, history] of Object.entries(histories)) {
    if (state === 'unknown') continue;
    given(issueDecider, ...history)
      .when(answer)
      .gives({ type: 'IssueAnswered', data });
  }
});

t.test('there must be an issue', async () => {
  given(issueDecider, ...histories.unknown)
    .when(answer)
    .rejects('issue-unknown', 'We do not know this issue.');
});
