// customer.integration: tells the back office what it has to do about an issue.

import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import type { BACKOFFICE_MESSAGES } from '../../shared-contracts/messages/integration-messages.ts';
import {
  IssueClosed,
  IssueRated,
  IssueReopened,
  IssueReplied,
  IssueReported,
} from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import { integrationMessage } from '../../shared-contracts/runtime/bus/integration-message.ts';
import type { Publisher } from '../../shared-contracts/runtime/bus/publisher.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';

type BackofficeMessage = MessageOf<(typeof BACKOFFICE_MESSAGES)[number]>;

export function integration(backoffice: Publisher): SubscriptionGroup {
  const publish = (envelope: Omit<Envelope, 'event'>, message: BackofficeMessage) =>
    backoffice.publish(integrationMessage(envelope, message.data.issueId, message));

  return {
    declaration: GROUPS.customerIntegration,
    prefixes: [categoryOf.issue],
    order: 'by-stream',
    ...GROUP_SETTINGS.customerIntegration,
    deadlineMs: 10_000,
    probe: backoffice.probe,
    handlers: [
      on(IssueReported, 'publish-prepare-ticket', async (envelope) => {
        const { issueId, customerId, name, subject, kind, text } = envelope.event.data;
        await publish(envelope, {
          type: 'PrepareTicket',
          data: { issueId, customerId, customerName: name, subject, kind, text },
        });
      }),
      on(IssueClosed, 'publish-cancel-ticket', async (envelope) => {
        const { issueId } = envelope.event.data;
        await publish(envelope, { type: 'CancelTicket', data: { issueId } });
      }),
      on(IssueReplied, 'publish-add-reply', async (envelope) => {
        const { issueId, text } = envelope.event.data;
        await publish(envelope, { type: 'AddReply', data: { issueId, text } });
      }),
      on(IssueReopened, 'publish-reopen-ticket', async (envelope) => {
        const { issueId, text } = envelope.event.data;
        await publish(envelope, { type: 'ReopenTicket', data: { issueId, text } });
      }),
      on(IssueRated, 'publish-rate-ticket', async (envelope) => {
        const { issueId, helped, text } = envelope.event.data;
        await publish(envelope, { type: 'RateTicket', data: { issueId, helped, text } });
      }),
    ],
  };
}
