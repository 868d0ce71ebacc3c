import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { StreamChanges } from '../../shared-contracts/runtime/live/stream-changes.ts';
import type { Secrets } from '../../shared-contracts/runtime/secrets.ts';
import type { AnswerLive } from '../../shared-contracts/runtime/web/live.ts';
import type { Observatory } from './observing/observatory.ts';
import type { Recoveries } from './recoveries.ts';

/** What the pages of this site work with. */
export type ConsoleSite = {
  readonly app: FastifyInstance;
  readonly recoveries: Recoveries;
  readonly observatory: Observatory;
  /** Address of the traces page, to link a failed message to its trace. */
  readonly tracesUrl: string;
  /** Has the keyed hash that customers are found by. */
  readonly secrets: Secrets;
  /** Who acts: recorded with everything that is done here. */
  readonly operatorOf: (request: FastifyRequest) => string;
  /** How somebody who is recorded so is called. */
  readonly nameOf: (operator: string) => Promise<string>;
  /** Lets open pages follow what they show; `changes` are those of the ledgers. */
  readonly live: AnswerLive;
  readonly changes: Pick<StreamChanges, 'listen' | 'listenToAll'>;
};

/** The addresses of pages. */
export const pathOf = {
  failed: '/failed',
  group: (group: string) => `/failed?group=${encodeURIComponent(group)}`,
  message: (group: string, eventId: string) => `/failed/${encodeURIComponent(group)}/${eventId}`,
  replays: '/replays',
  replay: (batch: string) => `/replays/${batch}`,
  stream: (stream: string) => `/streams?by=stream&name=${encodeURIComponent(stream)}`,
  event: (stream: string, revision: number) =>
    `/streams/event?stream=${encodeURIComponent(stream)}&revision=${revision}`,
  conversation: (correlationId: string) => `/conversations/${encodeURIComponent(correlationId)}`,
};
