import PostalMime, { type Address, type Email } from 'postal-mime';
import type { NewMail } from './mail.ts';

const KEPT_TEXT = 64 * 1024;
const MAX_REFERENCES = 100;

/** What SMTP knows of a mail beside its source. */
export type Received = {
  readonly source: Uint8Array;
  readonly recipients: readonly string[];
  readonly at: Date;
};

/** A mail that no later attempt would make readable. */
export class UnreadableMail extends Error {}

/**
 * Parses the source of a mail; the limits keep a hostile one from nesting without end.
 *
 * @throws UnreadableMail
 */
export async function parseSource(source: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(source, { maxNestingDepth: 64, maxHeadersSize: 1024 * 1024 });
  } catch (cause) {
    throw new UnreadableMail('The mail cannot be read: its parts nest too deep or its header is too long', {
      cause,
    });
  }
}

/** What the mailbox keeps of a mail beside its source, for lists and for searching. */
export async function describe({ source, recipients, at }: Received): Promise<NewMail> {
  const email = await parseSource(source);
  const sent = new Date(email.date ?? Number.NaN);
  const author = addresses(email.from ? [email.from] : [])[0];
  return {
    messageId: email.messageId ?? '',
    from: author?.address ?? '',
    fromName: author?.name ?? '',
    to: addresses([...(email.to ?? []), ...(email.cc ?? [])]).map(({ address }) => address),
    recipients,
    subject: email.subject ?? '',
    text: readableText(email).slice(0, KEPT_TEXT),
    date: (Number.isNaN(sent.getTime()) ? at : sent).toISOString(),
    receivedAt: at.toISOString(),
    size: source.byteLength,
    hasHtml: email.html !== undefined,
    attachments: email.attachments.length,
    references: messageIds(`${email.references ?? ''} ${email.inReplyTo ?? ''}`),
  };
}

/** The text part; of a mail that has only HTML, its words without the markup. */
export function readableText(email: Email): string {
  if (email.text !== undefined) return email.text;
  return (email.html ?? '')
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function addresses(list: readonly Address[]): { name: string; address: string }[] {
  return list.flatMap((entry) => (entry.group === undefined ? [entry] : entry.group));
}

function messageIds(headers: string): string[] {
  return (headers.match(/<[^<>\s]+>/g) ?? []).slice(0, MAX_REFERENCES);
}
