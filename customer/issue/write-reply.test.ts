import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { WriteReply } from './issue-commands.ts';
import { issueDecider } from './issue-decider.ts';
import { commandId, histories, issueId } from './testing/histories.ts';

const write: WriteReply = { type: 'WriteReply', commandId, issueId, text: 'It is blank again.' };

t.test('what a customer writes about an open issue is a reply', async () => {
  for (const history of [
    histories.reported,
    histories.assigned,
    histories.reopened,
    histories.reopenedByCustomer,
    histories.closedThenReopened,
  ]) {
    given(issueDecider, ...history)
      .when(write)
      .gives({ type: 'IssueReplied', data: { issueId, text: 'It is blank again.' } });
  }
});

t.test('what a customer writes about a settled issue opens it again', async () => {
  for (const history of [
    histories.resolved,
    histories.resolvedAndRated,
    histories.cancelled,
    histories.closed,
    histories.closedThenCancelled,
  ]) {
    given(issueDecider, ...history)
      .when(write)
      .gives({ type: 'IssueReopened', data: { issueId, text: 'It is blank again.' } });
  }
});

t.test('there must be an issue', async () => {
  given(issueDecider, ...histories.unknown)
    .when(write)
    .rejects('issue-unknown', 'We do not know this issue.');
});
