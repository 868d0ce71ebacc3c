import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { ReportIssue } from './commands.ts';
import { issueDecider } from './issue-decider.ts';
import { commandId, histories, issueId } from './testing/histories.ts';

const report: ReportIssue = {
  type: 'ReportIssue',
  commandId,
  issueId,
  customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
  email: 'kim@example.org',
  addressHash: '3b1c6e0f9d2a48575c1e0b7a6d4f2938c7b6a5948372615f4e3d2c1b0a9f8e7d',
  name: 'Kim',
  subject: 'The printer prints blank pages',
  kind: 'problem',
  text: 'Since Monday every second page comes out blank.',
};

t.test('an issue is reported with all that the customer wrote', async () => {
  given(issueDecider, ...histories.unknown)
    .when(report)
    .gives({
      type: 'IssueReported',
      data: {
        issueId,
        customerId: '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10',
        email: 'kim@example.org',
        addressHash: '3b1c6e0f9d2a48575c1e0b7a6d4f2938c7b6a5948372615f4e3d2c1b0a9f8e7d',
        name: 'Kim',
        subject: 'The printer prints blank pages',
        kind: 'problem',
        text: 'Since Monday every second page comes out blank.',
      },
    });
});

for (const [state, history] of Object.entries(histories).filter(([state]) => state !== 'unknown')) {
  t.test(`given twice it changes nothing, whatever became of the issue: ${state}`, async () => {
    given(issueDecider, ...history)
      .when(report)
      .changesNothing();
  });
}
