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

export type SpanFacts = {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly service: string;
  readonly status: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
};

export async function spansOf(traces: string, traceId: string): Promise<readonly SpanFacts[]> {
  const response = await fetch(`${traces}/api/traces/${traceId}`);
  if (response.status !== 200) return [];
  const { spans } = (await response.json()) as { spans: readonly SpanFacts[] };
  return spans;
}
