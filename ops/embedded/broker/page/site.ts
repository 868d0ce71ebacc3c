import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createSite } from '../../shared/site.ts';
import type { Broker } from '../broker.ts';
import type { Connection } from '../connection/connection.ts';
import { messageView } from './message-view.ts';
import { pageOf } from './paging.ts';
import { connectionRow, exchangeRow, queueRow } from './rows.ts';

/** How many waiting messages of a queue the page looks at. */
const LOOK = 20;

type ListQuery = { readonly queues?: unknown; readonly exchanges?: unknown; readonly connections?: unknown };

/** The page that shows what is in the broker. It only looks: nothing is taken, changed or acknowledged. */
export async function createBrokerSite(
  broker: Broker,
  connections: ReadonlySet<Connection>,
): Promise<FastifyInstance> {
  const site = await createSite({ title: 'Broker', pagesDir: join(import.meta.dirname, '../pages') });

  site.get<{ Querystring: ListQuery }>('/', (request, reply) => {
    const byName = <T extends { readonly name: string }>(rows: readonly T[]) =>
      rows.toSorted((a, b) => a.name.localeCompare(b.name));
    const queues = byName(broker.queues.all);
    const exchanges = byName(
      broker.exchanges.all.map((exchange) => ({ name: exchange.definition.name, exchange })),
    );
    const { query } = request;
    const queuePage = pageOf(queues, query.queues);
    const exchangePage = pageOf(exchanges, query.exchanges);
    const connectionPage = pageOf([...connections], query.connections);
    return reply.view('overview', {
      ready: queues.reduce((sum, queue) => sum + queue.ready, 0),
      unsettled: queues.reduce((sum, queue) => sum + queue.unsettled, 0),
      queues: { ...queuePage, items: queuePage.items.map(queueRow) },
      exchanges: {
        ...exchangePage,
        items: exchangePage.items.map(({ exchange }) => exchangeRow(exchange)),
      },
      connections: { ...connectionPage, items: connectionPage.items.map(connectionRow) },
    });
  });

  site.get<{ Params: { name: string } }>('/queues/:name', (request, reply) => {
    const queue = broker.queues.find(request.params.name);
    if (!queue)
      return reply
        .code(404)
        .view('missing', { title: 'Not found', what: 'queue', name: request.params.name });
    const bindings = broker.exchanges.all
      .flatMap((exchange) => exchange.bindingsOf(queue.name))
      .map(({ exchange, routingKey }) => ({ exchange, routingKey }));
    return reply.view('queue', {
      title: queue.name,
      queue: queueRow(queue),
      arguments: Object.entries(queue.definition.arguments).map(([name, value]) => ({
        name,
        value: String(value),
      })),
      bindings,
      consumers: queue.consumers.all.map((consumer) => ({
        tag: consumer.tag,
        connection: consumer.connectionName,
        active: queue.consumers.isActive(consumer),
        acknowledges: !consumer.noAck,
        prefetch: consumer.prefetch === 0 ? 'no limit' : consumer.prefetch,
        unsettled: consumer.unsettled,
      })),
      messages: queue.look(LOOK).map(messageView),
      hasMore: queue.ready > LOOK,
    });
  });

  site.get<{ Params: { name: string }; Querystring: { readonly page?: unknown } }>(
    '/exchanges/:name',
    (request, reply) => {
      const exchange = broker.exchanges.find(request.params.name);
      if (!exchange)
        return reply
          .code(404)
          .view('missing', { title: 'Not found', what: 'exchange', name: request.params.name });
      return reply.view('exchange', {
        title: exchange.definition.name,
        exchange: exchangeRow(exchange),
        bindings: pageOf(
          exchange.bindings.map(({ queue, routingKey }) => ({
            queue,
            href: `/queues/${encodeURIComponent(queue)}`,
            routingKey,
          })),
          request.query.page,
        ),
      });
    },
  );

  return site;
}
