import type { FastifyInstance } from 'fastify';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';

/** What the pages of this site work with. */
export type ConsoleSite = {
  readonly app: FastifyInstance;
  readonly store: EventStore;
  /** Address of the traces page, to link a failed message to its trace. */
  readonly tracesUrl: string;
  /** Who acts: recorded with everything that is done here. */
  readonly operator: string;
};
