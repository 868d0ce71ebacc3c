// A message from the broker that cannot be read gets into the store all the same, as an event that says so.
import { createHash } from 'node:crypto';
import { MaxAppendSizeExceededError } from '@eventstore/db-client';
import type { ConsumeMessage } from 'amqplib';
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { MessageOf } from '../../messages/define-message.ts';
import { Uuid } from '../../messages/fields.ts';
import { queueOf, type ServiceName, streamOf } from '../../messages/names.ts';
import { KEPT_BYTES, MessageUnreadable } from '../../messages/unreadable-events.ts';
import { classify } from '../consumer/errors.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { lastRecorded } from '../event-store/recorded-events.ts';
import { ConflictError } from '../handle-command.ts';
import { deterministicId } from '../ids.ts';
import { unreadableIdOf } from './unreadable-id.ts';
import { HEADER, Unreadable } from './wire-message.ts';

/** Our own ids and texts are shorter; what is longer cannot be one of them. */
const LONGEST_TEXT = 255;
const TRIES = 10;

/** Why a message could not be taken in, if it is the message; undefined where trying again may help. */
export function unreadableFrom(error: unknown): Unreadable | undefined {
  if (error instanceof Unreadable) return error;
  if (error instanceof MaxAppendSizeExceededError) {
    return new Unreadable('too-large', 'The store takes no event as large as the message', { cause: error });
  }
  // Data that nobody has checked yet can make anything fail that looks at it: an upcaster, a nesting too deep to follow.
  if (classify(error) !== 'poison') return undefined;
  const name = error instanceof Error ? error.name : 'unknown';
  return new Unreadable('contract-violation', `The message makes what reads it fail (${name})`, {
    cause: error,
  });
}

/**
 * Appends `MessageUnreadable` to a stream of the message's own: it holds up nothing, and since nobody can say what it is
 * about, later messages of whatever it is about go on. The inbox group hears it and parks it (`read-again.ts`).
 *
 * Messages that are equal in body, type, id and routing key share a stream, with one event for each that arrives; what the
 * broker hands out again adds none where there is one.
 *
 * What is in such a message is encrypted: under the key of the subject that it names, if it names one, so that it is erased
 * with that; otherwise under one of its own, with the id of the stream as subject.
 */
export async function recordUnreadable(
  store: EventStore,
  service: ServiceName,
  delivery: ConsumeMessage,
  why: Unreadable,
  receivedAt: string,
): Promise<void> {
  const { content, properties, fields } = delivery;
  const queue = queueOf(service);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const id = unreadableIdOf(service, delivery);
  const stream = streamOf.unreadable(service, id);
  const subject = text(Uuid, properties.headers?.[HEADER.subject]) ?? id;
  const correlationId = text(Uuid, properties.correlationId) ?? id;
  const messageId = text(Uuid, properties.messageId);
  const { routingKey, messageType } = MessageUnreadable.schema.properties;
  const event: MessageOf<typeof MessageUnreadable> = {
    type: 'MessageUnreadable',
    data: {
      queue,
      routingKey: text(routingKey, fields.routingKey) ?? null,
      messageType: text(messageType, properties.type) ?? null,
      messageId: messageId ?? null,
      code: why.code,
      reason: why.message.slice(0, 1000),
      length: content.length,
      sha256,
      content: content.subarray(0, KEPT_BYTES).toString('base64'),
      properties: propertiesOf(delivery),
      redelivered: fields.redelivered,
      receivedAt,
    },
  };
  const metadata = {
    $correlationId: correlationId,
    $causationId: messageId ?? id,
    actor: `system:${queue}`,
    subject,
    occurredAt: receivedAt,
  };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const last = await lastRecorded(store.client, stream);
    if (last !== undefined && fields.redelivered) return;
    const revision = last === undefined ? -1 : Number(last.revision);
    const next = { id: deterministicId(stream, revision + 1), event, metadata };
    const appended = await store.append(stream, [next], revision < 0 ? 'none' : revision);
    if (appended.kind === 'appended') return;
  }
  throw new ConflictError(stream);
}

/** The value, if it is a text that keeps the schema. */
function text(schema: TSchema, value: unknown): string | undefined {
  return typeof value === 'string' && Check(schema, value) ? value : undefined;
}

/** What takes part in reading the message; a value that is none of ours, whatever it is, is left out. */
function propertiesOf({ properties }: ConsumeMessage): Record<string, unknown> {
  const { type, messageId, correlationId, headers = {} } = properties;
  const named = Object.values(HEADER).map((name) => [name, headers?.[name]] as const);
  return {
    ...plain([
      ['type', type],
      ['messageId', messageId],
      ['correlationId', correlationId],
    ]),
    headers: plain(named),
  };
}

function plain(entries: readonly (readonly [name: string, value: unknown])[]): Record<string, unknown> {
  return Object.fromEntries(
    entries.filter(
      ([, value]) => typeof value === 'number' || (typeof value === 'string' && value.length <= LONGEST_TEXT),
    ),
  );
}
