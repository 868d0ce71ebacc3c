import t from 'tap';
import { AddressUsed, LinksRequested } from '../../shared-contracts/messages/address-events.ts';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { StoredEvent } from '../../shared-contracts/runtime/event-store/stored-event.ts';
import type { Mail } from '../../shared-contracts/runtime/mailer.ts';
import { UnrecordedMails } from '../mails/unrecorded-mails.ts';
import { createTrackingLinks } from '../tracking-links.ts';
import { links } from './links.ts';

const { addressId } = LinksRequested.example;
const { issueId } = AddressUsed.example;
const address = streamOf.address(addressId);

const stored = (
  revision: number,
  event: StoredEvent['event'],
  minute: number,
  erased = false,
): StoredEvent => ({
  origin: { stream: address, revision, eventId: `3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d1${revision}` },
  event,
  metadata: {
    $correlationId: 'conversation-1',
    $causationId: 'cause-1',
    actor: 'customer',
    schemaVersion: 1,
    occurredAt: new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString(),
  },
  ...(erased ? { erased } : {}),
});
const used = { type: 'AddressUsed', data: AddressUsed.example };
const asked = { type: 'LinksRequested', data: LinksRequested.example };

/** Delivers the requests of an address, and tells to whom its links were mailed, and with how many. */
async function mailed(events: readonly StoredEvent[], issueErased = false): Promise<readonly string[]> {
  const mails: string[] = [];
  const reported = stored(0, { type: 'IssueReported', data: IssueReported.example }, 0, issueErased);
  const { handlers } = links({
    store: {
      async *read(stream, { limit } = {}) {
        if (stream === address) yield* events.slice(0, limit);
        if (stream === streamOf.issue(issueId)) yield reported;
      },
      isErased: async () => false,
      append: async () => ({ kind: 'appended', revision: 0 }),
    },
    mailer: {
      send: async ({ to, text }: Mail) => void mails.push(`${to} ${text}`),
      probe: async () => undefined,
    },
    unrecorded: new UnrecordedMails(),
    template: ({ issues }) => ({ text: String(issues.length), html: '' }),
    trackingLinks: createTrackingLinks(new Uint8Array(32), 'http://desk.example'),
  });
  const { signal } = new AbortController();
  const delivery = { group: 'g', kind: 'live', attemptId: 'a', attempt: 1, signal, span: undefined } as const;
  for (const event of events)
    await handlers.find(({ eventType }) => eventType === event.event.type)?.handle({ ...event, delivery });
  return mails;
}

const KIM = `${LinksRequested.example.email} 1`;

t.test('who asks gets the links to what was reported with the address until then', async (t) => {
  t.strictSame(await mailed([stored(0, used, 0), stored(1, asked, 1)]), [KIM]);
  t.strictSame(
    await mailed([stored(0, asked, 0), stored(1, used, 1)]),
    [],
    'nothing was reported with it yet',
  );
});

t.test('asked again and again, there is one mail in five minutes', async (t) => {
  const askedAt = (...minutes: readonly number[]) =>
    mailed([stored(0, used, 0), ...minutes.map((minute, index) => stored(index + 1, asked, minute))]);
  t.strictSame(await askedAt(1, 2, 5), [KIM]);
  t.strictSame(await askedAt(1, 4, 6, 7), [KIM, KIM]);
});

t.test('nobody is written to who was erased, and no link leads to an issue of theirs', async (t) => {
  t.strictSame(await mailed([stored(0, used, 0), stored(1, asked, 1, true)]), []);
  t.strictSame(await mailed([stored(0, used, 0), stored(1, asked, 1)], true), []);
});
