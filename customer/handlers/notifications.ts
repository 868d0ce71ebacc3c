// customer.notifications: one mail to the customer for each step that matters to them.

import { numberOf } from '../../shared-contracts/documents/issue-number.ts';
import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import {
  IssueAnswered,
  IssueClosed,
  type IssueEvent,
  IssueProgressed,
  IssueReported,
  type Step,
} from '../../shared-contracts/messages/issue-events.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import { issue } from '../issue/issue-decider.ts';
import type { IssueMailContext, MailTemplate } from '../mails/mail-templates.ts';
import { type About, messageIdOf, type SendDeps, sendOnce } from '../mails/send-once.ts';
import type { TrackingLinks } from '../tracking-links.ts';

export type NotificationDeps = SendDeps & {
  readonly template: MailTemplate<IssueMailContext>;
  readonly trackingLinks: TrackingLinks;
  /** Confirmations fail on purpose until an operator replays them. */
  readonly failFirstMail: boolean;
};

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

export function notifications(deps: NotificationDeps): SubscriptionGroup {
  return {
    declaration: GROUPS.customerNotifications,
    prefixes: [categoryOf.issue],
    order: 'free',
    ...GROUP_SETTINGS.customerNotifications,
    deadlineMs: 25_000,
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

async function notify(
  { template, trackingLinks, ...deps }: NotificationDeps,
  envelope: IssueEnvelope,
  mail: About['mail'],
  headline: string,
  text: string | null,
): Promise<void> {
  const { event } = envelope;
  const { issueId } = event.data;
  await sendOnce(deps, envelope, { mail, issueId }, async () => {
    const story = await storyOf(deps.store, envelope);
    if (story.erased) return undefined;
    if (event.type === 'IssueProgressed' && event.data.step === 'cancelled' && story.closedByCustomer)
      return undefined;
    const number = numberOf(issueId);
    return {
      to: story.email,
      subject: `${mail === 'confirmation' ? '' : 'Re: '}${story.subject} [${number}]`,
      references: mail === 'confirmation' ? [] : [messageIdOf(story.reportedEventId)],
      ...template({
        name: story.name,
        subject: story.subject,
        number,
        headline,
        text,
        link: trackingLinks.url(issueId),
      }),
    };
  });
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

/** What the mail needs to know about the issue, as it was when the event happened. */
async function storyOf(store: NotificationDeps['store'], envelope: IssueEnvelope): Promise<Story> {
  const { event, origin } = envelope;
  let story = storyAfter(undefined, event, envelope);
  if (story !== undefined) return story;
  const upToIt = store.read(streamOf.issue(event.data.issueId), { limit: origin.revision + 1 });
  for await (const stored of upToIt) story = storyAfter(story, stored.event, stored);
  if (story === undefined)
    throw new PermanentFailure('issue-unknown', 'The stream of this issue has no report.');
  return story;
}

function storyAfter(
  story: Story | undefined,
  event: AnyMessage,
  { origin, erased }: Pick<StoredEvent, 'origin' | 'erased'>,
): Story | undefined {
  if (!issue.isEvent(event)) return story;
  if (event.type === 'IssueReported') {
    const { email, name, subject } = event.data;
    const reportedEventId = origin.eventId;
    return { reportedEventId, email, name, subject, closedByCustomer: false, erased: erased === true };
  }
  if (event.type === 'IssueClosed' && story !== undefined) return { ...story, closedByCustomer: true };
  if (event.type === 'IssueReopened' && story !== undefined) return { ...story, closedByCustomer: false };
  return story;
}
