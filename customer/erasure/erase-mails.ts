// The mails that a customer got, as far as the embedded mail node has them. What a real mail server took is its receiver's.
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { ERASED_EMAIL } from '../../shared-contracts/messages/personal-fields.ts';
import { askNode } from '../../shared-contracts/runtime/erasure/ask-node.ts';
import type { KnownErasure } from '../../shared-contracts/runtime/erasure/erasure-decider.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { messageIdOf } from '../mails/send-once.ts';

/** Message-IDs in one request. */
const AT_ONCE = 5000;

/**
 * Deletes every mail to or from the address, and every mail about an event of the customer's issues, whoever it went to.
 *
 * @returns how many; undefined where there is no mail node of ours.
 */
export async function eraseMails(
  store: EventStore,
  mailboxUrl: string | undefined,
  { addressId, email, found }: KnownErasure,
): Promise<number | undefined> {
  if (mailboxUrl === undefined) return undefined;
  const addresses = email === ERASED_EMAIL ? [] : [email];
  const streams = [...found.values()].filter((issueId) => issueId !== null).map(streamOf.issue);
  let messageIds: string[] = [];
  let removed = 0;
  const erase = async (): Promise<boolean> => {
    const answer = await askNode(mailboxUrl, '/api/erase', { addresses, messageIds });
    messageIds = [];
    if (answer === undefined) return false;
    removed += Number(answer.removed);
    return true;
  };
  for (const stream of [streamOf.address(addressId), ...streams]) {
    for await (const { origin } of store.read(stream)) messageIds.push(messageIdOf(origin.eventId));
    if (messageIds.length >= AT_ONCE && !(await erase())) return undefined;
  }
  return (await erase()) ? removed : undefined;
}
