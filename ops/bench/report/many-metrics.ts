// Figures of many tickets, put in the place of the read model as a rebuild does: a version of its own, then the pointer.
import type { Db } from 'mongodb';
import { REGISTRY, type ReadModelEntry } from '../../../shared-contracts/documents/read-model.ts';
import {
  TICKET_METRICS,
  type TicketMetricsDocument,
} from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { generateTickets } from '../../system-tests/testing/generated-tickets.ts';

const BATCH = 2000;
const DIFFERENT = 10_000;

/** The days on which the tickets were reported. */
export const REPORTED = { from: '2026-06-01', to: '2026-11-17' };

/** Straight into the collection, since what is measured is how they are counted and read. */
export async function replaceMetrics(db: Db, count: number): Promise<ManyMetrics> {
  const registry = db.collection<ReadModelEntry>(REGISTRY);
  const name = `${TICKET_METRICS.name}_v1000`;
  // Nobody sweeps away what is registered.
  const building = { collection: name, collectionId: '', operationId: 'bench', run: 'bench', beat: 0 };
  await registry.updateOne({ _id: TICKET_METRICS.name }, { $set: { building } });
  const collection = await db.createCollection<TicketMetricsDocument>(name);
  for (const { keys, options } of TICKET_METRICS.indexes) await collection.createIndex(keys, options);
  const first = new Date(`${REPORTED.from}T00:00:00Z`);
  const documents = generateTickets(DIFFERENT, first, 170).map(({ document }) => document);
  let there = 0;
  const fill = async (to: number) => {
    for (; there < to; there += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, to - there) }, (_, index) => {
        const document = documents[(there + index) % DIFFERENT];
        if (document === undefined) throw new Error('There are no documents.');
        return { ...document, _id: idOf(there + index) };
      });
      await collection.insertMany(batch);
    }
  };
  await fill(count);
  const [made] = await db.listCollections({ name }, { nameOnly: false }).toArray();
  const collectionId = String(made?.info?.uuid?.toString('hex'));
  const pointer = { collection: name, collectionId, building: null };
  await registry.updateOne({ _id: TICKET_METRICS.name }, { $set: pointer });
  return { fill };
}

export type ManyMetrics = {
  /** Adds more, up to a number of all of them. */
  fill(to: number): Promise<void>;
};

function idOf(number: number): string {
  // Spread like the ids of tickets, so that neighbours in the index are not those that were written together.
  const spread = Math.imul(number, 0x9e3779b1) >>> 0;
  return `${spread.toString(16).padStart(8, '0')}-${(number >>> 16).toString(16).padStart(4, '0')}-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
