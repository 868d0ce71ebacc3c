/** A mail as the mailbox keeps it beside its source; every text in it was written by whoever sent the mail. */
export type Mail = {
  /** Place in the order of arrival, from 1; never used again, and the mail's name in URLs. */
  readonly id: number;
  /** Message-ID with its angle brackets, or empty where the mail has none. */
  readonly messageId: string;
  /** Bare address of the author. */
  readonly from: string;
  readonly fromName: string;
  /** Bare addresses of `To` and `Cc`. */
  readonly to: readonly string[];
  /** Who the mail was really handed over for (RCPT TO), blind copies too. */
  readonly recipients: readonly string[];
  readonly subject: string;
  /** The first 64 kB of what can be read as text; the page and the API read all of it from the source. */
  readonly text: string;
  /** ISO 8601: the mail's own `Date`, or when it arrived. */
  readonly date: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  /** Bytes of the source. */
  readonly size: number;
  readonly hasHtml: boolean;
  readonly attachments: number;
  /** Message-ID of the mail that the conversation began with: mails with the same one are a thread. */
  readonly thread: string;
};

/** What parsing finds out about a mail, before the store gives it a place and a thread. */
export type NewMail = Omit<Mail, 'id' | 'thread'> & {
  /** `References`, oldest first, then `In-Reply-To` (RFC 5322, 3.6.4). */
  readonly references: readonly string[];
};
