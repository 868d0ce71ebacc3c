// customer.links: mails the links to all issues of an address to that address, when somebody asks for them.

import { numberOf } from '../../shared-contracts/documents/issue-number.ts';
import { LinksRequested } from '../../shared-contracts/messages/address-events.ts';
import { GROUP_SETTINGS } from '../../shared-contracts/messages/group-settings.ts';
import { categoryOf, GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { on, type SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { address } from '../address/address-decider.ts';
import { issue } from '../issue/issue-decider.ts';
import type { LinksMailContext, MailTemplate } from '../mails/mail-templates.ts';
import { type SendDeps, sendOnce } from '../mails/send-once.ts';
import type { TrackingLinks } from '../tracking-links.ts';

export type LinksDeps = SendDeps & {
  readonly template: MailTemplate<LinksMailContext>;
  readonly trackingLinks: TrackingLinks;
};

/** The mail lists the newest issues only. */
const MOST_ISSUES = 50;
/** Whoever asks again and again fills nobody's mailbox: one mail in this time. */
const ONCE_IN_MS = 5 * 60 * 1000;

export function links(deps: LinksDeps): SubscriptionGroup {
  return {
    declaration: GROUPS.customerLinks,
    prefixes: [categoryOf.address],
    order: 'free',
    ...GROUP_SETTINGS.customerLinks,
    deadlineMs: 25_000,
    probe: deps.mailer.probe,
    handlers: [
      on(LinksRequested, 'mail-links', async (envelope) => {
        const { addressId, email } = envelope.event.data;
        await sendOnce(deps, envelope, { mail: 'links', issueId: null }, async () => {
          const asked = await readAddress(deps, addressId, envelope.origin.revision);
          if (asked.erased || asked.justMailed || asked.issueIds.length === 0) return undefined;
          const found = await describe(deps, asked.issueIds.slice(-MOST_ISSUES).toReversed());
          if (found.length === 0) return undefined;
          const more = asked.issueIds.length > MOST_ISSUES;
          const subject = 'The links to your issues';
          return { to: email, subject, references: [], ...deps.template({ issues: found, more }) };
        });
      }),
    ],
  };
}

type Asked = {
  readonly issueIds: readonly string[];
  /** Another mail was asked for, and so sent, a short time before. */
  readonly justMailed: boolean;
  readonly erased: boolean;
};

/** What is known of the address at the moment of the request. */
async function readAddress({ store }: LinksDeps, addressId: string, upTo: number): Promise<Asked> {
  const issueIds: string[] = [];
  let mailedAt = Number.NEGATIVE_INFINITY;
  let asked: Asked = { issueIds, justMailed: false, erased: false };
  for await (const { event, metadata, erased = false } of store.read(streamOf.address(addressId), {
    limit: upTo + 1,
  })) {
    if (!address.isEvent(event)) continue;
    if (event.type === 'AddressUsed') {
      issueIds.push(event.data.issueId);
      continue;
    }
    const at = Date.parse(metadata.occurredAt);
    const justMailed = at - mailedAt < ONCE_IN_MS;
    if (!justMailed && issueIds.length > 0) mailedAt = at;
    asked = { issueIds, justMailed, erased };
  }
  return asked;
}

async function describe(
  { store, trackingLinks }: LinksDeps,
  issueIds: readonly string[],
): Promise<LinksMailContext['issues']> {
  const found: LinksMailContext['issues'][number][] = [];
  for (const issueId of issueIds) {
    for await (const { event, metadata, erased = false } of store.read(streamOf.issue(issueId), {
      limit: 1,
    })) {
      if (!issue.isEvent(event) || event.type !== 'IssueReported' || erased) continue;
      const { subject } = event.data;
      const day = metadata.occurredAt.slice(0, 10);
      found.push({ subject, number: numberOf(issueId), day, link: trackingLinks.url(issueId) });
    }
  }
  return found;
}
