import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Mail } from '../mail.ts';

const MAILS_PER_TURN = 500;

/** What to look for; every part that is not empty must be found, upper and lower case being the same. */
export type MailQuery = {
  /** Somewhere in the addresses, the subject or the text. */
  readonly q: string;
  /** Somewhere in the author's name or address. */
  readonly from: string;
  /** Somewhere in an address that the mail went to. */
  readonly to: string;
  readonly subject: string;
};

export type Found = { readonly mails: Mail[]; readonly total: number };

/** Whether a mail is one that the query looks for. */
function matches(mail: Mail, query: MailQuery): boolean {
  const from = () => `${mail.fromName} ${mail.from}`;
  const to = () => [...mail.to, ...mail.recipients].join(' ');
  return (
    contains(from, query.from) &&
    contains(to, query.to) &&
    contains(() => mail.subject, query.subject) &&
    contains(() => [from(), to(), mail.messageId, mail.subject, mail.text].join('\n'), query.q)
  );
}

/** One page of the mails that match, and how many match in all. Gives way to other work while it reads. */
export async function search(
  mails: Iterable<Mail>,
  query: MailQuery,
  { offset, limit }: { offset: number; limit: number },
): Promise<Found> {
  const found: Mail[] = [];
  let total = 0;
  let read = 0;
  for (const mail of mails) {
    if (++read % MAILS_PER_TURN === 0) await nextTurn();
    if (!matches(mail, query)) continue;
    if (total >= offset && found.length < limit) found.push(mail);
    total++;
  }
  return { mails: found, total };
}

function contains(text: () => string, wanted: string): boolean {
  return wanted === '' || text().toLowerCase().includes(wanted.toLowerCase());
}
