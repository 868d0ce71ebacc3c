import type { FastifyInstance } from 'fastify';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { FreshnessTeller } from '../../shared-contracts/runtime/read-models/freshness.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import type { FiguresFor } from './figures/figures.ts';

/** What the pages of this site work with. */
export type AnalystsSite = {
  readonly app: FastifyInstance;
  readonly store: Pick<EventStore, 'read' | 'client' | 'codec'>;
  readonly readModels: ReadModels;
  readonly freshness: Pick<FreshnessTeller, 'shown'>;
  readonly figuresFor: FiguresFor;
  readonly now: () => Date;
};
