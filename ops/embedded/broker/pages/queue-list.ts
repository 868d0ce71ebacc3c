import type { Queue } from '../queue/queue.ts';

const ORDERS = {
  name: { label: 'name', compare: (a: Queue, b: Queue) => a.name.localeCompare(b.name) },
  ready: { label: 'waiting', compare: (a: Queue, b: Queue) => b.ready - a.ready },
  unacked: { label: 'unacknowledged', compare: (a: Queue, b: Queue) => b.unsettled - a.unsettled },
  in: { label: 'published/s', compare: (a: Queue, b: Queue) => b.published.rate - a.published.rate },
};

/** What the overview is asked to show of the queues: those with a text in their name, in an order. */
export function listQueues(
  all: readonly Queue[],
  query: { readonly name?: unknown; readonly sort?: unknown },
) {
  const name = typeof query.name === 'string' ? query.name.trim().slice(0, 255) : '';
  const [chosen, { compare }] = Object.entries(ORDERS).find(([key]) => key === query.sort) ?? [
    'name',
    ORDERS.name,
  ];
  return {
    name,
    orders: Object.entries(ORDERS).map(([value, { label }]) => ({
      value,
      label,
      isChosen: value === chosen,
    })),
    queues: all
      .filter((queue) => queue.name.toLowerCase().includes(name.toLowerCase()))
      .sort((a, b) => compare(a, b) || ORDERS.name.compare(a, b)),
  };
}
