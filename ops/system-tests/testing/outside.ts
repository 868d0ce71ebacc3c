import { integration } from '../../../customer/handlers/integration.ts';
import { notifications } from '../../../customer/handlers/notifications.ts';
import { UnrecordedMails } from '../../../customer/mails/unrecorded-mails.ts';
import { createTrackingLinks } from '../../../customer/tracking-links.ts';
import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';

/** What the customer service does to the world outside, and which of it fails. */
export class Outside {
  readonly mails: string[] = [];
  readonly published: string[] = [];
  readonly refused = new Set<string>();

  groups(store: EventStore): readonly [SubscriptionGroup, SubscriptionGroup] {
    const work = async (id: string, about: string, done: string[]) => {
      if (this.refused.has(about)) throw new PermanentFailure('refused', 'It is refused.');
      done.push(id);
    };
    return [
      notifications({
        store,
        mailer: {
          send: ({ messageId }) => work(messageId, messageId, this.mails),
          probe: async () => undefined,
        },
        unrecorded: new UnrecordedMails(),
        template: () => ({ text: '', html: '' }),
        trackingLinks: createTrackingLinks(new Uint8Array(32), 'http://desk.example'),
        failFirstMail: false,
      }),
      integration({
        publish: ({ messageId, about }) => work(`${about} ${messageId}`, about, this.published),
        connected: () => true,
        probe: async () => undefined,
        close: async () => undefined,
      }),
    ];
  }
}
