import type { FastifyInstance } from 'fastify';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { AddressHash } from '../../shared-contracts/runtime/personal/address-hash.ts';
import type { TrackingLinks } from '../tracking-links.ts';

/** What the pages of this site work with. */
export type CustomerSite = {
  readonly app: FastifyInstance;
  readonly store: EventStore;
  readonly links: TrackingLinks;
  readonly addressHash: AddressHash;
};
