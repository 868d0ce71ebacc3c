import type { EventStoreDBClient } from '@eventstore/db-client';

/** The client with some of its methods replaced; the others are its own. */
export function changedClient(
  client: EventStoreDBClient,
  changed: Partial<EventStoreDBClient>,
): EventStoreDBClient {
  return new Proxy(client, {
    get: (target, name) => {
      if (Object.hasOwn(changed, name)) return Reflect.get(changed, name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
