import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Recoveries } from './recoveries.ts';

/** What the pages of this site work with. */
export type ConsoleSite = {
  readonly app: FastifyInstance;
  readonly recoveries: Recoveries;
  /** Address of the traces page, to link a failed message to its trace. */
  readonly tracesUrl: string;
  /** Who acts: recorded with everything that is done here. */
  readonly operatorOf: (request: FastifyRequest) => string;
  /** How somebody who is recorded so is called. */
  readonly nameOf: (operator: string) => Promise<string>;
};

/** The addresses of a group's pages. */
export const pathOf = {
  group: (group: string) => `/groups/${encodeURIComponent(group)}`,
  replay: (group: string, batch: string) => `/groups/${encodeURIComponent(group)}/replays/${batch}`,
};
