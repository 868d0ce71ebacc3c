import t from 'tap';
import { IssueClosed, IssueProgressed, IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { NotificationSent } from '../../shared-contracts/messages/notification-events.ts';
import type { Delivery } from '../../shared-contracts/runtime/consumer/envelope.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import type { Mail } from '../../shared-contracts/runtime/mailer.ts';
import { UnrecordedMails } from '../mails/unrecorded-mails.ts';
import { createTrackingLinks } from '../tracking-links.ts';
import { type NotificationDeps, notifications } from './notifications.ts';

const issueId = IssueReported.example.issueId;

function stored(revision: number, event: StoredEvent['event'], erased = false): StoredEvent {
  return {
    origin: {
      stream: `issue-${issueId}`,
      revision,
      eventId: `3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d1${revision}`,
    },
    event,
    metadata: {
      $correlationId: 'conversation-1',
      $causationId: 'cause-1',
      actor: 'customer',
      subject: IssueReported.example.customerId,
      schemaVersion: 1,
      occurredAt: '2026-11-22T10:15:00.000Z',
    },
    ...(erased ? { erased } : {}),
  };
}

const SENT = { type: 'NotificationSent', data: NotificationSent.example };
const started = { ...IssueProgressed.example, step: 'started', note: null } as const;
const history = (erased: boolean) => [
  stored(0, { type: 'IssueReported', data: IssueReported.example }, erased),
  stored(1, { type: 'IssueProgressed', data: IssueProgressed.example }, erased),
  stored(2, { type: 'IssueProgressed', data: started }),
  stored(3, { type: 'IssueClosed', data: IssueClosed.example }),
];

/**
 * Delivers every event of an issue to the group, and again where that fails, and tells what was mailed and written down.
 *
 * @param outages how often the store cannot be reached before a record of a mail is written.
 * @param isErased what is heard of the customer once a mail is made.
 */
async function deliverAll(
  events: readonly StoredEvent[],
  { outages = 0, isErased = false }: { readonly outages?: number; readonly isErased?: boolean } = {},
) {
  const mails: Mail[] = [];
  const written: string[] = [];
  let outagesLeft = outages;
  const deps: NotificationDeps = {
    store: {
      async *read(stream, { limit } = {}) {
        if (stream === `issue-${issueId}`) yield* events.slice(0, limit);
        else if (written.includes(stream)) yield stored(0, SENT);
      },
      isErased: async () => isErased,
      append: async (stream) => {
        if (outagesLeft > 0) {
          outagesLeft -= 1;
          throw Object.assign(new Error('No connection established.'), { type: 'unavailable' });
        }
        written.push(stream);
        return { kind: 'appended', revision: 0 };
      },
    },
    mailer: { send: async (mail) => void mails.push(mail), probe: async () => undefined },
    unrecorded: new UnrecordedMails(),
    template: ({ text }) => ({ text: text ?? '', html: '' }),
    trackingLinks: createTrackingLinks(new Uint8Array(32), 'http://desk.example'),
    failFirstMail: false,
  };
  const { handlers } = notifications(deps);
  const signal = new AbortController().signal;
  for (const event of events) {
    const delivery: Delivery = {
      group: 'g',
      kind: 'live',
      attemptId: 'a',
      attempt: 1,
      signal,
      span: undefined,
    };
    const handler = handlers.find(({ eventType }) => eventType === event.event.type);
    const handle = async () => handler?.handle({ ...event, delivery });
    for (let tries = 0; tries <= outages; tries += 1) {
      if (await handle().then(always, never)) break;
    }
  }
  return { mails: mails.map(({ to, subject, text }) => ({ to, subject, text })), written: written.length };
}

const always = () => true;
const never = () => false;

t.test('the customer gets a mail about each step', async (t) => {
  const to = 'kim@example.org';
  const subject = 'Re: The printer prints blank pages [DXP-XK8-3A7]';
  t.strictSame(await deliverAll(history(false)), {
    mails: [
      { to, subject: 'The printer prints blank pages [DXP-XK8-3A7]', text: IssueReported.example.text },
      { to, subject, text: 'We ordered a new drum.' },
      { to, subject, text: '' },
      { to, subject, text: '' },
    ],
    written: 4,
  });
});

t.test('an event that is delivered again has had its mail', async (t) => {
  const { mails, written } = await deliverAll([...history(false), ...history(false)]);
  t.strictSame([mails.length, written], [4, 4]);
});

t.test('nobody is written to who was erased, also about what holds nothing personal', async (t) => {
  t.strictSame(await deliverAll(history(true)), { mails: [], written: 0 });
  const lately = await deliverAll(history(false), { isErased: true });
  t.strictSame(lately, { mails: [], written: 0 }, 'erased after the event was read');
});

t.test('a mail that was accepted while the store was down is not sent again', async (t) => {
  const { mails, written } = await deliverAll(history(false), { outages: 3 });
  t.strictSame([mails.length, written], [4, 4]);
});
