// Whom an address means: everything that was ever reported or asked for with it, by its keyed hash.
import { eventTypeFilter } from '@eventstore/db-client';
import { LinksRequested } from '../../messages/address-events.ts';
import { isOneOf } from '../../messages/define-message.ts';
import { ErasureBegun } from '../../messages/erasure-events.ts';
import { IssueReported } from '../../messages/issue-events.ts';
import { categoryOf, idOfStream, streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { readFiltered } from '../event-store/filtered-read.ts';
import { addressIdOf } from '../personal/address-id.ts';
import type { FoundSubject } from './erasure-commands.ts';

export type FoundCustomer = {
  readonly subjects: readonly FoundSubject[];
  /** As it was typed last; undefined where nobody is known, or all that is known is erased already. */
  readonly email: string | undefined;
  /** The erasures of this address that have begun before. */
  readonly earlier: readonly string[];
};

const tellsAddress = isOneOf([IssueReported, LinksRequested]);

/**
 * Reads every report and every request for links there ever was. Not by the stream of the address, which is only as
 * complete as what the group `customer.addresses` has handled.
 *
 * @param until the erasure, if it has begun: who reports something afterwards is there again.
 */
export async function findSubjects(
  { client, codec }: EventStore,
  addressId: string,
  until: string,
): Promise<FoundCustomer> {
  const types = [IssueReported, LinksRequested, ErasureBegun].map(({ type }) => type);
  const filter = eventTypeFilter({ prefixes: types });
  const subjects = new Map<string, string | null>();
  const earlier: string[] = [];
  let email: string | undefined;
  for await (const recorded of readFiltered(client, filter)) {
    if (recorded.streamId === streamOf.erasure(until)) break;
    if (addressOf(recorded.data) !== addressId) continue;
    if (recorded.type === ErasureBegun.type) {
      earlier.push(idOfStream(categoryOf.erasure, recorded.streamId));
      continue;
    }
    const { event, metadata, erased } = await codec.decode(recorded);
    if (!tellsAddress(event) || metadata.subject === undefined) continue;
    subjects.set(metadata.subject, event.type === 'IssueReported' ? event.data.issueId : null);
    if (erased !== true) email = event.data.email;
  }
  return { subjects: [...subjects].map(([subject, issueId]) => ({ subject, issueId })), email, earlier };
}

/** Reports carry the hash, requests the id that is made from it; neither is encrypted. */
function addressOf(data: unknown): string | undefined {
  const { addressHash, addressId }: { addressHash?: unknown; addressId?: unknown } = Object(data);
  if (typeof addressHash === 'string') return addressIdOf(addressHash);
  return typeof addressId === 'string' ? addressId : undefined;
}
