// What went missing and what happened twice, over everything that was reported.
import type { Tally } from './tally.ts';

export type Verdict = { readonly lost: number; readonly duplicated: number };

/**
 * Of each issue there must be one report, one ticket, one note of the confirmation, and one mail with its Message-ID.
 *
 * @param mails how often each Message-ID arrived.
 */
export function judge(
  issueIds: readonly string[],
  tally: Tally,
  mails: ReadonlyMap<string, number>,
): Verdict {
  let lost = 0;
  let duplicated = 0;
  const expectOne = (count: number) => {
    if (count === 0) lost += 1;
    else duplicated += count - 1;
  };
  for (const issueId of issueIds) {
    const { reported, prepared, confirmed } = tally.fate(issueId);
    expectOne(reported);
    expectOne(prepared);
    expectOne(confirmed.length);
    for (const messageId of new Set(confirmed)) expectOne(mails.get(messageId) ?? 0);
  }
  return { lost, duplicated };
}
