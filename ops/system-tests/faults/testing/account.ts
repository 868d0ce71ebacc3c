// The account: what became of everything that people did, read from the streams, the mailbox, the documents and the queues.
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { connectTestStore } from '../../testing/connect-test-store.ts';
import { findBehind } from './account-of-documents.ts';
import { findOpen, findQueued, type GroupAccount } from './account-of-groups.ts';
import { findMails } from './account-of-mails.ts';
import { findLost, findNews, findTickets } from './account-of-streams.ts';
import { allStreams } from './all-streams.ts';
import type { FaultSystem } from './fault-system.ts';
import type { Answered } from './load.ts';

export type Account = GroupAccount & {
  /** What a site said was done, and is not in its stream. */
  readonly lost: readonly string[];
  readonly issuesWithoutTicket: readonly string[];
  readonly issuesWithTwoTickets: readonly string[];
  /** Steps of tickets that their issues have not heard of, or twice. */
  readonly newsMissing: readonly string[];
  readonly newsTwice: readonly string[];
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
  newsMissing: [],
  newsTwice: [],
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
  until(expected: Account, answered: readonly Answered[], limitMs: number): Promise<Account>;
};

const LOOK_AGAIN_MS = 300;

export function startAccountant(
  t: { teardown(undo: () => Promise<void>): void },
  { urls, kills }: Pick<FaultSystem, 'urls' | 'kills'>,
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
      issuesWithoutTicket: tickets.withoutTicket,
      issuesWithTwoTickets: tickets.withTwoTickets,
      newsMissing: news.missing,
      newsTwice: news.twice,
      mailsMissing: mails.missing,
      mailsUnrecorded: mails.unrecorded,
      mailsTwice: mails.twice,
      mailsUnexpected: mails.unexpected,
      documentsBehind: await findBehind(streams, urls.mongo),
      queued: await findQueued(urls.amqp),
      ...(await findOpen(store)),
    };
  };

  return {
    read,
    until: async (expected, answered, limitMs) => {
      const until = performance.now() + limitMs;
      for (;;) {
        const late = performance.now() > until;
        const account = await read(answered).catch((error: unknown) => {
          if (late) throw error;
          return undefined;
        });
        if (account !== undefined && (late || isDeepStrictEqual(account, expected))) return account;
        await pause(LOOK_AGAIN_MS);
      }
    },
  };
}
