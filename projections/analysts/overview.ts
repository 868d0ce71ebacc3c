// GET /: how many tickets there are, by status and by the day they were prepared.
import type { FastifyInstance } from 'fastify';
import {
  TICKET_STATUSES,
  TICKETS,
  type TicketStatus,
} from '../../shared-contracts/documents/ticket-document.ts';
import type { FreshnessTeller } from '../../shared-contracts/runtime/read-models/freshness.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';

const STATUS_LABELS: Record<TicketStatus, string> = {
  prepared: 'Prepared',
  assigned: 'Assigned',
  'in-progress': 'In work',
  waiting: 'Waiting for the customer',
  resolved: 'Resolved',
  cancelled: 'Cancelled',
};
const DAYS = 30;

/** Who the analysts' site is for. */
export const ANALYSTS_ROLES = { read: ['analyst'], act: ['analyst'] } as const;

export function overviewPage(app: FastifyInstance, readModels: ReadModels, freshness: FreshnessTeller): void {
  app.get('/', async (_request, reply) => {
    const tickets = await readModels.collection(TICKETS);
    const [byStatus, byDay] = await Promise.all([
      tickets
        .aggregate<{ _id: TicketStatus; count: number }>([{ $group: { _id: '$status', count: { $sum: 1 } } }])
        .toArray(),
      tickets
        .aggregate<{ _id: string; count: number }>([
          {
            $group: {
              _id: { $dateToString: { date: '$preparedAt', format: '%Y-%m-%d' } },
              count: { $sum: 1 },
            },
          },
          { $sort: { _id: -1 } },
          { $limit: DAYS },
        ])
        .toArray(),
    ]);
    const counts = new Map(byStatus.map(({ _id, count }) => [_id, count]));
    return reply.view('overview', {
      title: 'Tickets in numbers',
      freshness: await freshness.shown(TICKETS),
      total: byStatus.reduce((sum, { count }) => sum + count, 0),
      statuses: TICKET_STATUSES.map((status) => ({
        label: STATUS_LABELS[status],
        count: counts.get(status) ?? 0,
      })),
      days: byDay.map(({ _id, count }) => ({ day: _id, count })),
    });
  });
}
