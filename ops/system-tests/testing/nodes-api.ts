// What the embedded mail and trace nodes tell as JSON.

export type MailFacts = {
  readonly messageId: string;
  readonly subject: string;
  readonly to: string;
  readonly text: string;
};

export async function mailsTo(mailbox: string, address: string): Promise<readonly MailFacts[]> {
  const response = await fetch(`${mailbox}/api/mails?to=${encodeURIComponent(address)}&limit=100`);
  const { mails } = (await response.json()) as { mails: readonly MailFacts[] };
  return mails;
}

/** Every mail that the node has, in no order: the Message-ID, and when it came in. */
export async function allMails(
  mailbox: string,
): Promise<readonly { readonly messageId: string; readonly receivedAt: string }[]> {
  const found: { messageId: string; receivedAt: string }[] = [];
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${mailbox}/api/mails?limit=1000&page=${page}`);
    const { mails, total } = (await response.json()) as { mails: typeof found; total: number };
    found.push(...mails);
    if (mails.length === 0 || found.length >= total) return found;
  }
}

export type SpanFacts = {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly service: string;
  readonly kind: string;
  readonly status: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
};

export async function spansOf(traces: string, traceId: string): Promise<readonly SpanFacts[]> {
  const response = await fetch(`${traces}/api/traces/${traceId}`);
  if (response.status !== 200) return [];
  const { spans } = (await response.json()) as { spans: readonly SpanFacts[] };
  return spans;
}

/** The spans of every trace that the node has: of a thousand at most. */
export async function allSpans(url: string): Promise<readonly SpanFacts[]> {
  const { traces } = (await (await fetch(`${url}/api/traces?limit=1000`)).json()) as {
    traces: readonly { readonly traceId: string }[];
  };
  return (await Promise.all(traces.map(({ traceId }) => spansOf(url, traceId)))).flat();
}
