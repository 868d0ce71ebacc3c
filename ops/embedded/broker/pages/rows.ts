import type { Connection } from '../connection/connection.ts';
import type { Queue } from '../queue/queue.ts';
import type { Exchange } from '../routing/exchange.ts';

/** What the pages show of a queue. */
export function queueRow(queue: Queue) {
  const { definition, settings } = queue;
  return {
    name: queue.name,
    href: `/queues/${encodeURIComponent(queue.name)}`,
    kind: [
      settings.quorum ? 'quorum' : 'classic',
      definition.durable ? 'durable' : 'transient',
      ...(definition.exclusive ? ['exclusive'] : []),
      ...(definition.autoDelete ? ['auto-delete'] : []),
      ...(settings.singleActiveConsumer ? ['single active'] : []),
    ].join(', '),
    ready: queue.ready,
    unsettled: queue.unsettled,
    kilobytes: Math.ceil(queue.bytes / 1024),
    consumers: queue.consumers.all.length,
    publishRate: rate(queue.published.rate),
    deliverRate: rate(queue.delivered.rate),
    ackRate: rate(queue.acknowledged.rate),
  };
}

/** What the pages show of an exchange. */
export function exchangeRow(exchange: Exchange) {
  const { name, type, durable, autoDelete, internal } = exchange.definition;
  return {
    name,
    href: `/exchanges/${encodeURIComponent(name)}`,
    type,
    kind: [
      durable ? 'durable' : 'transient',
      ...(autoDelete ? ['auto-delete'] : []),
      ...(internal ? ['internal'] : []),
    ].join(', '),
    bindings: exchange.bindings.length,
    publishRate: rate(exchange.published.rate),
  };
}

/** What the pages show of a connection. */
export function connectionRow(connection: Connection) {
  const { client, channels } = connection;
  return {
    name: connection.name,
    client: client ? `${client.product} ${client.version}`.trim() : 'not yet open',
    user: client?.user ?? '',
    since: moment(connection.since),
    blocked: connection.blocked,
    channels: channels.length,
    consumers: channels.reduce((sum, channel) => sum + channel.consumers.size, 0),
    unsettled: channels.reduce((sum, channel) => sum + channel.unsettled.size, 0),
  };
}

/** A moment for machines, and for people (UTC). */
export function moment(milliseconds: number) {
  const iso = new Date(milliseconds).toISOString();
  return { iso, text: iso.slice(0, 19).replace('T', ' ') };
}

function rate(perSecond: number): string {
  return perSecond === 0 || perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}
