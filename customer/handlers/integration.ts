// customer.integration: tells the back office what it has to do about an issue.
import type { IntegrationMessage } from '../../shared-contracts/messages/integration-messages.ts';
import { IssueClosed, IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import { integrationMessage } from '../../shared-contracts/runtime/bus/integration-message.ts';
import type { Publisher } from '../../shared-contracts/runtime/bus/publisher.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';

export function integration(backoffice: Publisher): SubscriptionGroup {
  return {
    declaration: GROUPS.customerIntegration,
    prefixes: [categoryOf.issue],
    order: 'by-stream',
    bufferSize: 50,
    deadlineMs: 10_000,
    settingsVersion: 1,
    probe: backoffice.probe,
    handlers: [
      on(IssueReported, 'publish-prepare-ticket', async (envelope) => {
        const { issueId, customerId, name, subject, kind, text } = envelope.event.data;
        const message: IntegrationMessage = {
          type: 'PrepareTicket',
          data: { issueId, customerId, customerName: name, subject, kind, text },
        };
        await backoffice.publish(integrationMessage(envelope, issueId, message));
      }),
      on(IssueClosed, 'publish-cancel-ticket', async (envelope) => {
        const { issueId } = envelope.event.data;
        const message: IntegrationMessage = { type: 'CancelTicket', data: { issueId } };
        await backoffice.publish(integrationMessage(envelope, issueId, message));
      }),
    ],
  };
}
