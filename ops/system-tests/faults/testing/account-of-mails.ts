// Every event that a customer hears of has one mail in the mailbox, under a Message-ID made from the event's id.
import { categoryOf, streamOf } from '../../../../shared-contracts/messages/names.ts';
import { allMails } from '../../testing/nodes-api.ts';
import { counted } from './account-of-streams.ts';
import { type AllStreams, eventsIn, type RawEvent } from './all-streams.ts';
import type { Kill } from './killable-node.ts';

const MAILED_EVENTS = new Set(['IssueReported', 'IssueAnswered', 'IssueClosed']);

/** Steps of a ticket that are mailed; of the others the tracking page tells. */
const MAILED_STEPS = new Set(['started', 'status-reported', 'resolved', 'reopened', 'cancelled']);

export type MailAccount = {
  readonly missing: readonly string[];
  readonly unrecorded: readonly string[];
  readonly twice: readonly string[];
  readonly unexpected: readonly string[];
};

/** What a mail may come twice for: the mailing service or the mail server dies between acceptance and record. */
const IN_BETWEEN = new Set(['customer', 'mail']);

export async function findMails(
  streams: AllStreams,
  mailbox: string,
  kills: readonly Kill[],
): Promise<MailAccount> {
  const expected = eventsIn(streams, categoryOf.issue).filter((event) => isMailed(streams, event));
  const mails = await allMails(mailbox);
  const inMailbox = counted(mails.map(({ messageId }) => messageId));
  const eventOf = new Map(expected.map((event) => [`<${event.id}@deskstream>`, event]));
  const recordOf = ({ id }: RawEvent) => streams.get(streamOf.notification(id)) ?? [];

  const isInWindow = (messageId: string) => {
    const event = eventOf.get(messageId);
    const accepted = Math.min(
      ...mails.filter((mail) => mail.messageId === messageId).map(({ receivedAt }) => Date.parse(receivedAt)),
    );
    const recorded = event === undefined ? accepted : (recordOf(event)[0]?.created ?? accepted);
    return kills.some(({ what, from, to }) => IN_BETWEEN.has(what) && accepted <= to && recorded >= from);
  };
  return {
    missing: [...eventOf].filter(([id]) => !inMailbox.has(id)).map(([, event]) => describe(event)),
    unrecorded: expected.filter((event) => recordOf(event).length !== 1).map(describe),
    twice: [...inMailbox].filter(([id, count]) => count > 1 && !isInWindow(id)).map(([id]) => id),
    unexpected: [...inMailbox.keys()].filter((id) => !eventOf.has(id)),
  };
}

function isMailed(streams: AllStreams, { type, stream, revision, data }: RawEvent): boolean {
  if (type !== 'IssueProgressed') return MAILED_EVENTS.has(type);
  if (!MAILED_STEPS.has(String(data.step))) return false;
  // Who closed the issue is not told that work on it has stopped.
  const before = streams.get(stream)?.slice(0, revision) ?? [];
  return data.step !== 'cancelled' || !before.some((event) => event.type === 'IssueClosed');
}

function describe({ type, stream, data }: RawEvent): string {
  return typeof data.step === 'string' ? `${type} ${data.step} of ${stream}` : `${type} of ${stream}`;
}
