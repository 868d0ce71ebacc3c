import type { FieldTable } from '../wire/field-table.ts';

export type ExchangeType = 'direct' | 'fanout' | 'topic';

export type ExchangeDefinition = {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
};

export type QueueDefinition = {
  readonly name: string;
  /** Never used again once the queue is deleted: it tells whose a stored message is. */
  readonly id: number;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
};

export type BindingDefinition = {
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
};

/** What identifies a binding: two with the same key are one. */
export function bindingKey(binding: BindingDefinition): string {
  return JSON.stringify([binding.exchange, binding.queue, binding.routingKey, binding.arguments]);
}
