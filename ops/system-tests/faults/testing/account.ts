// The account: what became of everything that people did, read from the streams, the mailbox, the documents and the queues.
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { connectTestStore } from '../../testing/connect-test-store.ts';
import { findBehind } from './account-of-documents.ts';
import { findOpen, findQueued, type GroupAccount } from './account-of-groups.ts';
import { findMails } from './account-of-mails.ts';
import { findLost, findNews, findTakenTwice, findTexts, findTickets } from './account-of-streams.ts';
import { allStreams } from './all-streams.ts';
import type { FaultSystem } from './fault-system.ts';
import type { Answered } from './people.ts';

/** What is not as it should be; each list is sorted where more than one entry may be expected. */
export type Account = GroupAccount & {
  /** What a site said was done, and is not in its stream. */
  readonly lost: readonly string[];
  readonly issuesWithoutTicket: readonly string[];
  readonly issuesWithTwoTickets: readonly string[];
  /** Messages that are in an inbox more than once. */
  readonly takenTwice: readonly string[];
  /** Steps of tickets that their issues have not heard of, or twice. */
  readonly newsMissing: readonly string[];
  readonly newsTwice: readonly string[];
  /** Issues whose answers and replies are not the same, or not as often, on both sides. */
  readonly textsMissing: readonly string[];
  readonly mailsMissing: readonly string[];
  /** Mails without exactly one record that they were sent. */
  readonly mailsUnrecorded: readonly string[];
  /** Not counted: those that were accepted before a kill and recorded after it. */
  readonly mailsTwice: readonly string[];
  readonly mailsUnexpected: readonly string[];
  /** Tickets whose document is not what their stream is. */
  readonly documentsBehind: readonly string[];
  /** Messages in the queues of the services, by queue. */
  readonly queued: Readonly<Record<string, number>>;
};

/** Nothing is lost, nothing came twice, nothing waits. */
export const ALL_IS_WELL: Account = {
  lost: [],
  issuesWithoutTicket: [],
  issuesWithTwoTickets: [],
  takenTwice: [],
  newsMissing: [],
  newsTwice: [],
  textsMissing: [],
  mailsMissing: [],
  mailsUnrecorded: [],
  mailsTwice: [],
  mailsUnexpected: [],
  documentsBehind: [],
  parked: [],
  blocked: [],
  unsettled: [],
  queued: {},
};

export type Accountant = {
  read(answered: readonly Answered[]): Promise<Account>;
  /** Reads until the account is as expected; the last one in any case, so that a test can show what is wrong with it. */
  until(expected: Account, answered: readonly Answered[]): Promise<Account>;
  /** The same; then the services are stopped, and it is read once more: nothing may have come after it. */
  close(expected: Account, answered: readonly Answered[]): Promise<Account>;
};

/** Far more than it takes: half a minute of pauses after an outage, and a machine that others use, too. */
const LIMIT_MS = 180_000;

const LOOK_AGAIN_MS = 1000;

export function startAccountant(
  t: { teardown(undo: () => Promise<void>): void },
  { urls, kills, stopServices }: Pick<FaultSystem, 'urls' | 'kills' | 'stopServices'>,
): Accountant {
  const store = connectTestStore(urls.eventstore);
  t.teardown(() => store.close());
  const all = allStreams(store.client);

  const read = async (answered: readonly Answered[]): Promise<Account> => {
    const streams = await all.read();
    const tickets = findTickets(streams);
    const news = findNews(streams);
    const mails = await findMails(streams, urls.mailbox ?? '', kills);
    return {
      lost: findLost(streams, answered),
      issuesWithoutTicket: tickets.withoutTicket.toSorted(),
      issuesWithTwoTickets: tickets.withTwoTickets,
      takenTwice: findTakenTwice(streams),
      newsMissing: news.missing.toSorted(),
      newsTwice: news.twice,
      textsMissing: findTexts(streams),
      mailsMissing: mails.missing.toSorted(),
      mailsUnrecorded: mails.unrecorded.toSorted(),
      mailsTwice: mails.twice,
      mailsUnexpected: mails.unexpected,
      documentsBehind: await findBehind(streams, urls.mongo),
      queued: await findQueued(urls.amqp),
      ...(await findOpen(store)),
    };
  };

  const until: Accountant['until'] = async (expected, answered) => {
    const limit = performance.now() + LIMIT_MS;
    for (;;) {
      const late = performance.now() > limit;
      const account = await read(answered).catch((error: unknown) => {
        if (late) throw error;
        return undefined;
      });
      if (account !== undefined && (late || isDeepStrictEqual(account, expected))) return account;
      await pause(LOOK_AGAIN_MS);
    }
  };

  return {
    read,
    until,
    close: async (expected, answered) => {
      const account = await until(expected, answered);
      if (!isDeepStrictEqual(account, expected)) return account;
      await stopServices();
      // What was in hand, and not settled, is in its queue again.
      return { ...(await read(answered)), queued: account.queued };
    },
  };
}
