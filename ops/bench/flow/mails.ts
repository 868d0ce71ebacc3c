const PAGE = 1000;

/** How many mails the mail node holds, by their Message-ID. */
export async function countMails(mailbox: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${mailbox}/api/mails?limit=${PAGE}&page=${page}`);
    // The mail node's own answer: see `toJson` there.
    const { mails } = (await response.json()) as { mails: readonly { messageId: string }[] };
    for (const { messageId } of mails) counts.set(messageId, (counts.get(messageId) ?? 0) + 1);
    if (mails.length < PAGE) return counts;
  }
}
