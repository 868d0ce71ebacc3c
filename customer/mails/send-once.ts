// One mail about one event: sent, then written down, so that it is not sent again.
import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { NotificationSent } from '../../shared-contracts/messages/notification-events.ts';
import type { Envelope } from '../../shared-contracts/runtime/consumer/envelope.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { Mail, Mailer } from '../../shared-contracts/runtime/mailer.ts';
import type { UnrecordedMails } from './unrecorded-mails.ts';

export type SendDeps = {
  readonly store: Pick<EventStore, 'read' | 'append' | 'isErased'>;
  readonly mailer: Pick<Mailer, 'send' | 'probe'>;
  readonly unrecorded: UnrecordedMails;
};

type Notification = MessageOf<typeof NotificationSent>['data'];
/** Which of our mails it is, and the issue that it is about, where it is about one. */
export type About = Pick<Notification, 'mail' | 'issueId'>;

/**
 * Sends the mail about an event, once: the stream of the notification says whether it was sent. What remains is a crash
 * between the server's acceptance and that record; the second mail then has the same Message-ID.
 *
 * @param compose makes the mail; undefined where nobody is to be written to.
 */
export async function sendOnce(
  { store, mailer, unrecorded }: SendDeps,
  { origin, metadata, delivery }: Omit<Envelope, 'event'>,
  about: About,
  compose: () => Promise<Omit<Mail, 'messageId'> | undefined>,
): Promise<void> {
  const stream = streamOf.notification(origin.eventId);
  for await (const _sent of store.read(stream, { limit: 1 })) return;
  const messageId = messageIdOf(origin.eventId);
  if (!unrecorded.has(messageId)) {
    const mail = await compose();
    if (mail === undefined) return;
    // A message that is tried again was decoded before: its customer may have been erased since.
    const { subject } = metadata;
    if (subject !== undefined && (await store.isErased(subject))) return;
    await mailer.send({ ...mail, messageId });
    unrecorded.add(messageId);
  }

  const sent: MessageOf<typeof NotificationSent> = {
    type: 'NotificationSent',
    data: { ...about, messageId },
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

/** The same for the same event, however often the mail about it is sent. */
export function messageIdOf(eventId: string): string {
  return `<${eventId}@deskstream>`;
}
