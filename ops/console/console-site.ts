import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnswerLive } from '../../shared-contracts/runtime/web/live.ts';
import type { Observatory } from './observatory.ts';
import type { Recoveries } from './recoveries.ts';

/** What the pages of this site work with. */
export type ConsoleSite = {
  readonly app: FastifyInstance;
  readonly recoveries: Recoveries;
  readonly observatory: Observatory;
  /** Address of the traces page, to link a failed message to its trace. */
  readonly tracesUrl: string;
  /** Who acts: recorded with everything that is done here. */
  readonly operatorOf: (request: FastifyRequest) => string;
  /** How somebody who is recorded so is called. */
  readonly nameOf: (operator: string) => Promise<string>;
  /** Lets open pages follow what they show. */
  readonly live: AnswerLive;
};

/** The addresses of pages. */
export const pathOf = {
  group: (group: string) => `/groups/${encodeURIComponent(group)}`,
  replay: (group: string, batch: string) => `/groups/${encodeURIComponent(group)}/replays/${batch}`,
  stream: (stream: string) => `/streams?by=stream&name=${encodeURIComponent(stream)}`,
  event: (stream: string, revision: number) =>
    `/streams/event?stream=${encodeURIComponent(stream)}&revision=${revision}`,
  conversation: (correlationId: string) => `/conversations/${encodeURIComponent(correlationId)}`,
};
