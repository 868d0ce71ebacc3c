import { createMessage, type Message } from '../store/message.ts';
import type { FieldTable, FieldValue } from '../wire/field-table.ts';
import { writeValue } from '../wire/field-table.ts';
import { headersOf, joinProperties, splitProperties, textProperty, withHeaders } from '../wire/properties.ts';
import { Writer } from '../wire/writer.ts';

/** Why a message left its queue for the dead letters (the words RabbitMQ uses). */
export type DeadReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/**
 * The message as it goes to the dead letter exchange: with the headers `x-death` (an entry for each queue and
 * reason, latest first) and `x-first-death-*` that RabbitMQ puts on, and without its time to live.
 */
export function toDeadLetter(
  message: Message,
  death: {
    readonly queue: string;
    readonly reason: DeadReason;
    readonly exchange: string;
    readonly routingKey: string | undefined;
    readonly at: number;
  },
): Message {
  const properties = splitProperties(message.properties);
  const headers = headersOf(properties);
  const expiration = textProperty(properties, 'expiration');
  const before = deathsOf(headers);
  const isSame = (each: FieldTable) => each.queue === death.queue && each.reason === death.reason;
  const same = before.find(isSame);
  const count = typeof same?.count === 'number' ? same.count + 1 : 1;
  const entry: FieldTable = {
    count,
    reason: death.reason,
    queue: death.queue,
    time: { timestamp: Math.floor(death.at / 1000) },
    exchange: message.exchange,
    'routing-keys': [message.routingKey, ...copiesOf(headers, 'CC')],
    ...(expiration === undefined ? {} : { 'original-expiration': expiration }),
  };
  const changes = new Map([
    ['x-death', encoded([same ? { ...same, count } : entry, ...before.filter((each) => !isSame(each))])],
  ]);
  if (headers['x-first-death-queue'] === undefined) {
    changes.set('x-first-death-reason', encoded(death.reason));
    changes.set('x-first-death-queue', encoded(death.queue));
    changes.set('x-first-death-exchange', encoded(message.exchange));
  }
  const withDeath = new Map(
    withHeaders(properties, death.routingKey === undefined ? changes : changes.set('CC', undefined)),
  );
  withDeath.delete('expiration');
  return createMessage({
    exchange: death.exchange,
    routingKey: death.routingKey ?? message.routingKey,
    properties: joinProperties(withDeath),
    body: [message.body],
    publishedAt: death.at,
    timeToLive: undefined,
    persistent: message.persistent,
  });
}

/**
 * Whether a dead letter has gone round to this queue, since it was there last, without anyone having rejected it: it
 * would go round for ever. As in RabbitMQ, a queue whose dead letters come back to itself is such a round.
 */
export function isCycle(dead: Message, queue: string): boolean {
  const deaths = deathsOf(headersOf(splitProperties(dead.properties)));
  const at = deaths.findIndex((each) => each.queue === queue);
  return at >= 0 && !deaths.slice(0, at + 1).some((each) => each.reason === 'rejected');
}

/** Further routing keys that a sender names in a header (`CC`, `BCC`). */
export function copiesOf(headers: FieldTable, header: 'CC' | 'BCC'): readonly string[] {
  const keys = headers[header];
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

function deathsOf(headers: FieldTable): readonly FieldTable[] {
  const deaths = headers['x-death'];
  return Array.isArray(deaths) ? deaths.filter(isTable) : [];
}

function isTable(value: FieldValue): value is FieldTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function encoded(value: FieldValue): Buffer | undefined {
  const writer = new Writer();
  writeValue(writer, value);
  return writer.finish();
}
