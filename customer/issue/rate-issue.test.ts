import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { RateIssue } from './issue-commands.ts';
import { issueDecider } from './issue-decider.ts';
import { commandId, histories, issueId, progressed } from './testing/histories.ts';

const helped: RateIssue = { type: 'RateIssue', commandId, issueId, helped: true, text: null };
const didNot: RateIssue = { ...helped, helped: false, text: 'It is blank again.' };

t.test('the customer says whether the resolution helped', async () => {
  given(issueDecider, ...histories.resolved)
    .when(helped)
    .gives({ type: 'IssueRated', data: { issueId, helped: true, text: null } });
});

t.test('saying the same twice changes nothing; another answer replaces it', async () => {
  given(issueDecider, ...histories.resolvedAndRated)
    .when(helped)
    .changesNothing();
  given(issueDecider, ...histories.resolvedAndRated, progressed(4, 'resolved'))
    .when(helped)
    .changesNothing();
  given(issueDecider, ...histories.resolvedAndRated)
    .when(didNot)
    .gives({ type: 'IssueRated', data: { issueId, helped: false, text: 'It is blank again.' } });
});

t.test('after it was opened again, by whomever, the next resolution is rated anew', async () => {
  const reopenedByDesk = [...histories.resolvedAndRated, progressed(5, 'reopened')];
  for (const history of [histories.reopenedByCustomer, reopenedByDesk]) {
    given(issueDecider, ...history, progressed(8, 'resolved'))
      .when(helped)
      .gives({ type: 'IssueRated', data: { issueId, helped: true, text: null } });
  }
});

t.test('there must be a resolution', async () => {
  for (const history of [histories.reported, histories.assigned, histories.cancelled, histories.reopened]) {
    given(issueDecider, ...history)
      .when(helped)
      .rejects('issue-not-resolved', 'You can say whether it helped once your issue is solved.');
  }
});
