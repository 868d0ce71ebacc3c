// What the steps of an erasure are called, and what is left to people where a server is out of reach.
import type { ErasureStep } from '../../shared-contracts/messages/erasure-events.ts';

export const STEP_NAMES: Readonly<Record<ErasureStep, string>> = {
  'customer-messages': 'Messages that the customer service could not read',
  'backoffice-messages': 'Messages that the back office could not read',
  documents: 'Documents of the read models',
  mails: 'Mails in the embedded mailbox',
  'broker-files': 'Space of the broker',
  scavenge: 'Space of the event store',
};

const BY_HAND: Readonly<Record<ErasureStep, string>> = {
  'customer-messages': '',
  'backoffice-messages': '',
  documents:
    'The database could not give the space of former documents back: run its `compact` on the collections of read models.',
  mails:
    'Mails went through a mail server of yours: delete what it, and mailboxes of yours, have kept of them.',
  'broker-files':
    'RabbitMQ gives the space of removed messages back by itself, once their segments hold nothing else.',
  scavenge:
    'This service may not scavenge the event store: start a scavenge on every node, as an administrator. Until then the wrapped keys are in its files.',
};

/** What somebody has to do, or to know; undefined where nothing is left. */
export function leftByHand(step: ErasureStep, outOfReach: boolean): string | undefined {
  return outOfReach ? BY_HAND[step] : undefined;
}
