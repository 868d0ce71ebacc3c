import type { FastifyInstance } from 'fastify';
import { addLive } from '../../shared/live.ts';
import { Problem } from '../../shared/problem.ts';
import { createSite } from '../../shared/site.ts';
import type { Broker } from '../broker.ts';
import type { Connection } from '../connection/connection.ts';
import { figuresOf } from './figures.ts';
import { messageView } from './message-view.ts';
import { pageOf } from './paging.ts';
import { listQueues } from './queue-list.ts';
import { connectionRow, exchangeRow, queueRow } from './rows.ts';

/** How many waiting messages of a queue the page looks at, and how many of its consumers and bindings. */
const LOOK = 20;
const SHOWN = 100;

/** How often it is looked whether something has changed, while someone has a page open. */
const WATCH_MS = 1_000;

/**
 * The page that shows what is in the broker. It only looks: nothing is taken, changed or acknowledged. Programs may have the
 * broker's file written anew.
 */
export async function createBrokerSite(
  broker: Broker,
  connections: ReadonlySet<Connection>,
): Promise<FastifyInstance> {
  const site = await createSite({
    title: 'Broker',
    pagesDir: import.meta.dirname,
    styles: ['broker.css'],
  });
  const live = addLive(site);
  let last = '';
  const watch = setInterval(() => {
    if (!live.watched) return;
    const figures = figuresOf(broker, connections);
    if (figures !== last) live.changed();
    last = figures;
  }, WATCH_MS).unref();
  site.addHook('onClose', async () => clearInterval(watch));

  site.get<{ Querystring: Readonly<Record<string, unknown>> }>('/', (request, reply) => {
    const { query } = request;
    const all = broker.queues.all;
    const { queues, ...asked } = listQueues(all, query);
    const exchanges = broker.exchanges.all.toSorted((a, b) =>
      a.definition.name.localeCompare(b.definition.name),
    );
    const queuePage = pageOf(queues, query, 'queues');
    const exchangePage = pageOf(exchanges, query, 'exchanges');
    const connectionPage = pageOf([...connections], query, 'connections');
    return reply.view('overview', {
      ready: all.reduce((sum, queue) => sum + queue.ready, 0),
      unsettled: all.reduce((sum, queue) => sum + queue.unsettled, 0),
      diskIsFull: broker.diskAlarm.raised,
      asked,
      anyQueue: all.length > 0,
      queues: { ...queuePage, items: queuePage.items.map(queueRow) },
      exchanges: { ...exchangePage, items: exchangePage.items.map(exchangeRow) },
      connections: { ...connectionPage, items: connectionPage.items.map(connectionRow) },
    });
  });

  site.get<{ Params: { name: string } }>('/queues/:name', (request, reply) => {
    const queue = broker.queues.find(request.params.name);
    if (!queue) throw missing('queue', request.params.name);
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
      bindings: bindings.slice(0, SHOWN),
      moreBindings: bindings.length > SHOWN && bindings.length,
      moreConsumers: queue.consumers.all.length > SHOWN && queue.consumers.all.length,
      consumers: queue.consumers.all.slice(0, SHOWN).map((consumer) => ({
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

  site.get<{ Params: { name: string }; Querystring: Readonly<Record<string, unknown>> }>(
    '/exchanges/:name',
    (request, reply) => {
      const exchange = broker.exchanges.find(request.params.name);
      if (!exchange) throw missing('exchange', request.params.name);
      return reply.view('exchange', {
        title: exchange.definition.name,
        exchange: exchangeRow(exchange),
        bindings: pageOf(
          exchange.bindings.map(({ queue, routingKey }) => ({
            queue,
            href: `/queues/${encodeURIComponent(queue)}`,
            routingKey,
          })),
          request.query,
          'page',
        ),
      });
    },
  );

  site.post('/api/compact', async () => {
    await broker.store.compact();
    return { compacted: true };
  });

  return site;
}

function missing(what: string, name: string): Problem {
  return new Problem(404, `There is no ${what} “${name}”. It may have been deleted.`);
}
