import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { ReportIssue } from './issue-commands.ts';
import { issue, issueDecider } from './issue-decider.ts';
import { commandId, histories } from './testing/histories.ts';

const [reported] = histories.reported;
const report: ReportIssue = { type: 'ReportIssue', commandId, ...reported.data };

t.test('an issue is reported with all that the customer wrote', async () => {
  given(issueDecider, ...histories.unknown)
    .when(report)
    .gives(reported);
});

for (const [state, history] of Object.entries(histories).filter(([state]) => state !== 'unknown')) {
  t.test(`given twice it changes nothing, whatever became of the issue: ${state}`, async () => {
    given(issueDecider, ...history)
      .when(report)
      .changesNothing();
  });
}

t.test('what is personal in it is the customer’s: with their key it is gone', async (t) => {
  t.equal(issue.subjectOf(reported), report.customerId);
});
