import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { CloseIssue } from './issue-commands.ts';
import { issueDecider } from './issue-decider.ts';
import { commandId, histories, issueId } from './testing/histories.ts';

const close: CloseIssue = { type: 'CloseIssue', commandId, issueId };

t.test('the customer closes an open issue, however far its ticket is', async () => {
  for (const history of [
    histories.reported,
    histories.assigned,
    histories.resolved,
    histories.reopened,
    histories.closedThenReopened,
  ]) {
    given(issueDecider, ...history)
      .when(close)
      .gives({ type: 'IssueClosed', data: { issueId } });
  }
});

t.test('given twice it changes nothing, also after its ticket was cancelled for it', async () => {
  for (const history of [histories.closed, histories.closedThenCancelled]) {
    given(issueDecider, ...history)
      .when(close)
      .changesNothing();
  }
});

t.test('an issue that the desk cancelled has nothing left to close', async () => {
  given(issueDecider, ...histories.cancelled)
    .when(close)
    .rejects('issue-cancelled', 'We have cancelled this issue already; there is nothing left to close.');
});

t.test('there must be an issue', async () => {
  given(issueDecider, ...histories.unknown)
    .when(close)
    .rejects('issue-unknown', 'We do not know this issue.');
});
