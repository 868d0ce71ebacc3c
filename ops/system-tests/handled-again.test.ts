// A message may be delivered again at any time. What a service does about it goes by the message's own id, and so is done once.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { inbox as backofficeInbox } from '../../backoffice/handlers/inbox.ts';
import { integration as backofficeIntegration } from '../../backoffice/handlers/integration.ts';
import { inbox as customerInbox } from '../../customer/handlers/inbox.ts';
import { integration as customerIntegration } from '../../customer/handlers/integration.ts';
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import {
  AddReply,
  CancelTicket,
  PrepareTicket,
  RateTicket,
  ReopenTicket,
  TicketAnswered,
  TicketProgressed,
} from '../../shared-contracts/messages/integration-messages.ts';
import { ISSUE_EVENTS, IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { TICKET_EVENTS, TicketPrepared } from '../../shared-contracts/messages/ticket-events.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { openTestStore } from './testing/test-store.ts';

const { issueId } = IssueReported.example;
const { ticketId } = TicketPrepared.example;
const ticketOfIssue = deterministicId('ticket', issueId);

const metadata = {
  $correlationId: issueId,
  $causationId: issueId,
  actor: 'customer',
  subject: IssueReported.example.customerId,
  schemaVersion: 1,
  occurredAt: '2026-11-22T10:15:00.000Z',
};

/** An example of each, in its place in one stream. */
const envelopesOf = (stream: string, definitions: readonly MessageDefinition[]): readonly Envelope[] =>
  definitions.map(({ type, example }, revision) => ({
    origin: { stream, revision, eventId: randomUUID() },
    event: { type, data: { ...example } },
    metadata,
    delivery: {
      group: 'a group',
      kind: 'live',
      attemptId: randomUUID(),
      attempt: 1,
      signal: new AbortController().signal,
      span: undefined,
    },
  }));

async function handle({ handlers }: SubscriptionGroup, envelopes: readonly Envelope[]): Promise<void> {
  for (const envelope of envelopes)
    await handlers.find(({ eventType }) => eventType === envelope.event.type)?.handle(envelope);
}

/** Has them handled once and again, and tells what each time left in a stream. */
async function leftBy(
  store: EventStore,
  group: SubscriptionGroup,
  envelopes: readonly Envelope[],
  stream: string,
): Promise<readonly (readonly string[])[]> {
  const types = async () => {
    const found: string[] = [];
    for await (const { event } of store.read(stream)) found.push(event.type);
    return found;
  };
  await handle(group, envelopes);
  const once = await types();
  await handle(group, envelopes);
  return [once, await types()];
}

t.test('a message of the other service is one command, however often it is handled', async (t) => {
  const store = await openTestStore(t);
  const told = [PrepareTicket, AddReply, RateTicket, CancelTicket, ReopenTicket];
  const ticket = [
    'TicketPrepared',
    'TicketReplyReceived',
    'TicketRated',
    'TicketCancelled',
    'TicketReopened',
  ];
  t.strictSame(
    await leftBy(
      store,
      backofficeInbox(store),
      envelopesOf('inbox-backoffice-1', told),
      streamOf.ticket(ticketOfIssue),
    ),
    [ticket, ticket],
  );

  const reported = {
    id: randomUUID(),
    event: { type: 'IssueReported', data: IssueReported.example },
    metadata,
  };
  await store.append(streamOf.issue(issueId), [reported], 'none');
  const news = envelopesOf('inbox-customer-1', [TicketProgressed, TicketAnswered]);
  const issue = ['IssueReported', 'IssueProgressed', 'IssueAnswered'];
  t.strictSame(await leftBy(store, customerInbox(store), news, streamOf.issue(issueId)), [issue, issue]);
});

t.test('an event is one message to the other service, however often it is told', async (t) => {
  const store = await openTestStore(t);
  const ids: string[] = [];
  const publisher = {
    publish: async ({ messageId }: { readonly messageId: string }) => void ids.push(messageId),
    connected: () => true,
    probe: async () => undefined,
    close: async () => undefined,
  };
  const prepared = {
    id: randomUUID(),
    event: { type: 'TicketPrepared', data: TicketPrepared.example },
    metadata,
  };
  await store.append(streamOf.ticket(ticketId), [prepared], 'none');
  for (const [group, envelopes, count] of [
    [customerIntegration(publisher), envelopesOf(streamOf.issue(issueId), ISSUE_EVENTS), 5],
    [backofficeIntegration(store, publisher), envelopesOf(streamOf.ticket(ticketId), TICKET_EVENTS), 9],
  ] as const) {
    await handle(group, envelopes);
    const once = ids.splice(0);
    await handle(group, envelopes);
    t.equal(new Set(once).size, count);
    t.strictSame(ids.splice(0), once);
  }
});
