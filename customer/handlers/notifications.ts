// customer.notifications: one mail to the customer for each step that matters to them.
import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import {
  IssueAnswered,
  IssueClosed,
  type IssueEvent,
  IssueProgressed,
  IssueReported,
  type Step,
} from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import type { NotificationSent } from '../../shared-contracts/messages/notification-events.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { Mailer } from '../../shared-contracts/runtime/mailer.ts';
import { issue } from '../issue/issue-decider.ts';
import type { TrackingLinks } from '../tracking-links.ts';
import type { MailTemplate } from './mail-templates.ts';
import { UnrecordedMails } from './unrecorded-mails.ts';

export type NotificationDeps = {
  readonly store: Pick<EventStore, 'read' | 'append'>;
  readonly mailer: Pick<Mailer, 'send' | 'probe'>;
  readonly template: MailTemplate;
  readonly links: TrackingLinks;
  /** Confirmations fail on purpose until an operator replays them. */
  readonly failFirstMail: boolean;
};

type MailKind = MessageOf<typeof NotificationSent>['data']['mail'];
type IssueEnvelope = Omit<Envelope, 'event'> & { readonly event: IssueEvent };

/** Steps that the customer gets a mail about; the others show on the tracking page. */
const HEADLINES: Partial<Record<Step, string>> = {
  started: 'We have begun to work on your issue.',
  'status-reported': 'Here is how far we are with your issue.',
  waiting: 'We need something from you to go on:',
  resolved: 'We believe that your issue is solved.',
  reopened: 'We are looking at your issue again.',
  cancelled: 'We have stopped working on your issue.',
};

export function notifications(given: NotificationDeps): SubscriptionGroup {
  const deps = { ...given, unrecorded: new UnrecordedMails() };
  return {
    declaration: GROUPS.customerNotifications,
    prefixes: [categoryOf.issue],
    order: 'free',
    bufferSize: 10,
    deadlineMs: 25_000,
    settingsVersion: 1,
    probe: deps.mailer.probe,
    handlers: [
      on(IssueReported, 'mail-confirmation', async (envelope) => {
        if (deps.failFirstMail && envelope.delivery.kind === 'live') {
          throw new PermanentFailure(
            'failed-on-purpose',
            'The demo lets this mail fail until an operator replays it (DESKSTREAM_FAIL_FIRST_MAIL).',
          );
        }
        const { text } = envelope.event.data;
        await notify(deps, envelope, 'confirmation', 'We have received your report:', text);
      }),
      on(IssueProgressed, 'mail-progress', async (envelope) => {
        const { step, note } = envelope.event.data;
        // What we wait for was asked in a reply, which had a mail of its own.
        if (step === 'waiting' && note === null) return;
        const headline = HEADLINES[step];
        if (headline !== undefined) await notify(deps, envelope, 'progress', headline, note);
      }),
      on(IssueAnswered, 'mail-answer', async (envelope) => {
        const { from, text } = envelope.event.data;
        const headline = from === '' ? 'We wrote to you:' : `${from} wrote to you:`;
        await notify(deps, envelope, 'answer', headline, text);
      }),
      on(IssueClosed, 'mail-closed', async (envelope) => {
        await notify(deps, envelope, 'closed', 'You closed your issue, and we stop working on it.', null);
      }),
    ],
  };
}

/**
 * Sends one mail about one event, once, unless the customer was erased: the stream of the notification says whether it was
 * sent. What remains is a crash between the server's acceptance and that record; the second mail then has the same
 * Message-ID.
 */
async function notify(
  { store, mailer, template, links, unrecorded }: NotificationDeps & { readonly unrecorded: UnrecordedMails },
  { origin, event, metadata, delivery }: IssueEnvelope,
  kind: MailKind,
  headline: string,
  text: string | null,
): Promise<void> {
  const stream = streamOf.notification(origin.eventId);
  for await (const _sent of store.read(stream, { limit: 1 })) return;

  const { issueId } = event.data;
  const story = await readStory(store, issueId, origin.revision);
  if (story.erased) return;
  if (event.type === 'IssueProgressed' && event.data.step === 'cancelled' && story.closedByCustomer) return;

  const messageId = messageIdOf(origin.eventId);
  if (!unrecorded.has(messageId)) {
    await mailer.send({
      to: story.email,
      subject: `${kind === 'confirmation' ? '' : 'Re: '}${story.subject}`,
      messageId,
      references: kind === 'confirmation' ? [] : [messageIdOf(story.reportedEventId)],
      ...template({ name: story.name, subject: story.subject, headline, text, link: links.url(issueId) }),
    });
    unrecorded.add(messageId);
  }

  const sent: MessageOf<typeof NotificationSent> = {
    type: 'NotificationSent',
    data: { issueId, mail: kind, messageId },
  };
  const record = {
    id: deterministicId('NotificationSent', origin.eventId),
    event: sent,
    metadata: {
      $correlationId: metadata.$correlationId,
      $causationId: origin.eventId,
      actor: `system:${delivery.group}`,
      occurredAt: new Date().toISOString(),
    },
  };
  await store.append(stream, [record], 'none');
  unrecorded.delete(messageId);
}

type Story = {
  readonly reportedEventId: string;
  readonly email: string;
  readonly name: string;
  readonly subject: string;
  readonly closedByCustomer: boolean;
  /** The customer was erased: there is nobody to write to. */
  readonly erased: boolean;
};

/** What the mail needs from the issue's stream, as it was when the event happened. */
async function readStory(store: NotificationDeps['store'], issueId: string, upTo: number): Promise<Story> {
  let story: Story | undefined;
  for await (const { event, origin, erased = false } of store.read(streamOf.issue(issueId), {
    limit: upTo + 1,
  })) {
    if (!issue.isEvent(event)) continue;
    if (event.type === 'IssueReported') {
      const { email, name, subject } = event.data;
      story = { reportedEventId: origin.eventId, email, name, subject, closedByCustomer: false, erased };
    }
    if (event.type === 'IssueClosed' && story !== undefined) story = { ...story, closedByCustomer: true };
    if (event.type === 'IssueReopened' && story !== undefined) story = { ...story, closedByCustomer: false };
  }
  if (story === undefined)
    throw new PermanentFailure('issue-unknown', 'The stream of this issue has no report.');
  return story;
}

function messageIdOf(eventId: string): string {
  return `<${eventId}@deskstream>`;
}
