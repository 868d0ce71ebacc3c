import type { Broker } from '../broker.ts';
import type { Connection } from '../connection/connection.ts';

/** A text that is another one whenever something has changed that a page shows; rates run down by themselves. */
export function figuresOf(broker: Broker, connections: ReadonlySet<Connection>): string {
  const queues = broker.queues.all.map(
    ({ definition, published, delivered, acknowledged, ready, unsettled, consumers }) => [
      definition.id,
      ...[published, delivered, acknowledged].flatMap(({ total, rate }) => [total, rate]),
      ready,
      unsettled,
      ...consumers.all.map(({ tag }) => tag),
    ],
  );
  const exchanges = broker.exchanges.all.map(({ published }) => [published.total, published.rate]);
  const clients = [...connections].map(({ name, channels, blocked }) => [name, channels.length, blocked]);
  return JSON.stringify([broker.diskAlarm.raised, broker.exchanges.changes, queues, exchanges, clients]);
}
