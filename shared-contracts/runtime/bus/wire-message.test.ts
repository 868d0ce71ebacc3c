import type { ConsumeMessage } from 'amqplib';
import { pino } from 'pino';
import t from 'tap';
import { BACKOFFICE_MESSAGES, PrepareTicket } from '../../messages/integration-messages.ts';
import { createSealing } from '../personal/sealing.ts';
import { keysInMemory } from '../personal/testing/keys-in-memory.ts';
import { startPublisher } from './publisher.ts';
import { type BusMessage, fromWire, MAX_BODY_BYTES, toWire, traceOf, Unreadable } from './wire-message.ts';

const known = new Map(BACKOFFICE_MESSAGES.map((definition) => [definition.type, definition]));
const keys = keysInMemory();
const sealing = createSealing(known, keys);
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const message: BusMessage = {
  messageId: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11',
  about: PrepareTicket.example.issueId,
  subject: PrepareTicket.example.customerId,
  message: { type: 'PrepareTicket', data: PrepareTicket.example },
  correlationId: 'conversation-1',
  causationId: 'cause-1',
  occurredAt: '2026-11-22T10:15:00.000Z',
  actor: 'system:customer.integration',
};

const sealed = await sealing.seal(message.messageId, message.message, message.subject);

/** The message as the broker hands it over, with some of it changed on the way. */
function delivered(
  properties: Partial<ConsumeMessage['properties']> = {},
  headers: Readonly<Record<string, unknown>> = {},
  content?: string,
): ConsumeMessage {
  const { content: sent, options } = toWire(message, sealed, { traceparent });
  return {
    content: content === undefined ? sent : Buffer.from(content),
    fields: { deliveryTag: 1, redelivered: false, exchange: '', routingKey: '', consumerTag: '' },
    properties: {
      contentType: options.contentType,
      contentEncoding: undefined,
      deliveryMode: 2,
      priority: undefined,
      correlationId: options.correlationId,
      replyTo: undefined,
      expiration: undefined,
      messageId: options.messageId,
      timestamp: undefined,
      type: options.type,
      userId: undefined,
      appId: undefined,
      clusterId: undefined,
      ...properties,
      headers: { ...options.headers, ...headers },
    },
  };
}

async function refusal(delivery: ConsumeMessage): Promise<string> {
  try {
    await fromWire(delivery, known, sealing);
    return 'accepted';
  } catch (error) {
    if (error instanceof Unreadable) return `${error.code}: ${error.message}`;
    throw error;
  }
}

t.test('a message arrives as it was sent', async (t) => {
  t.strictSame(await fromWire(delivered(), known, sealing), message);
  t.strictSame(traceOf(delivered()), { traceparent });
});

t.test('it is kept by the broker until it is taken, says what it is, and nothing personal', async (t) => {
  const { content, options } = toWire(message, sealed, { traceparent });
  const sent = JSON.parse(content.toString());
  for (const field of ['customerName', 'subject', 'text']) t.match(sent[field], /^enc1:[\w-]+$/);
  const { issueId, customerId, kind } = PrepareTicket.example;
  t.strictSame(
    { ...sent, customerName: '', subject: '', text: '' },
    { issueId, customerId, customerName: '', subject: '', kind, text: '' },
  );
  t.strictSame(options, {
    messageId: message.messageId,
    correlationId: 'conversation-1',
    type: 'PrepareTicket',
    contentType: 'application/json',
    persistent: true,
    mandatory: true,
    headers: {
      'deskstream-about': message.about,
      'deskstream-subject': message.subject,
      'deskstream-schema-version': 1,
      'deskstream-causation-id': 'cause-1',
      'deskstream-occurred-at': '2026-11-22T10:15:00.000Z',
      'deskstream-actor': 'system:customer.integration',
      traceparent,
    },
  });
});

t.test('what could not be appended or read back is refused here, before it blocks an inbox', async (t) => {
  const without = (name: string) => delivered({}, { [name]: undefined });
  t.strictSame(
    await Promise.all([
      refusal(delivered({ type: undefined })),
      refusal(delivered({ type: 'TicketProgressed' })),
      refusal(delivered({ messageId: undefined })),
      refusal(delivered({ messageId: 'number 7' })),
      refusal(delivered({ correlationId: '' })),
      refusal(without('deskstream-about')),
      refusal(delivered({}, { 'deskstream-about': 'x'.repeat(101) })),
      refusal(delivered({}, { 'deskstream-subject': 'Kim' })),
      refusal(without('deskstream-causation-id')),
      refusal(delivered({}, { 'deskstream-occurred-at': 'yesterday' })),
      refusal(without('deskstream-actor')),
      refusal(without('deskstream-schema-version')),
      refusal(delivered({}, { 'deskstream-schema-version': 'one' })),
      refusal(delivered({}, { 'deskstream-schema-version': 2 })),
      refusal(delivered({}, {}, '{"issueId":')),
      refusal(delivered({}, {}, JSON.stringify({ ...PrepareTicket.example, issueId: 'secret' }))),
      refusal(delivered({ messageId: '00000000-0000-4000-8000-000000000000' })),
      refusal(delivered({}, {}, JSON.stringify('x'.repeat(MAX_BODY_BYTES - 1)))),
    ]),
    [
      'unknown-type: The message is of no type that this service takes from this queue',
      'unknown-type: The message is of no type that this service takes from this queue',
      'contract-violation: PrepareTicket /messageId: is missing',
      'contract-violation: PrepareTicket /messageId: must match format "uuid"',
      'contract-violation: PrepareTicket /correlationId: must not have fewer than 1 characters',
      'contract-violation: PrepareTicket /about: is missing',
      'contract-violation: PrepareTicket /about: must not have more than 100 characters',
      'contract-violation: PrepareTicket /subject: must match format "uuid"',
      'contract-violation: PrepareTicket /causationId: is missing',
      'contract-violation: PrepareTicket /occurredAt: must match format "date-time"',
      'contract-violation: PrepareTicket /actor: is missing',
      'contract-violation: PrepareTicket /version: is missing',
      'contract-violation: PrepareTicket /version: must be integer',
      'contract-violation: PrepareTicket: version 2 is newer than the version 1 that this service knows; update the service, then replay',
      'not-json: PrepareTicket: is not JSON',
      'contract-violation: PrepareTicket /issueId: must match format "uuid"',
      'contract-violation: PrepareTicket /customerName: cannot be decrypted: it was changed, or sealed for another place',
      'too-large: The message has 1048577 bytes, and may have 1048576',
    ],
  );
});

t.test('what arrives after its subject was erased reads as erased', async (t) => {
  const later = keysInMemory();
  later.erase(message.subject ?? '');
  const { message: received } = await fromWire(delivered(), known, createSealing(known, later));
  t.strictSame(received.data, {
    ...PrepareTicket.example,
    customerName: '[erased]',
    subject: '[erased]',
    text: '[erased]',
  });
});

t.test('what breaks its contract is not published, also while there is no broker', async (t) => {
  const logger = pino({ level: 'silent' });
  const publisher = startPublisher('amqp://127.0.0.1:1', 'backoffice', BACKOFFICE_MESSAGES, sealing, logger);
  t.teardown(() => publisher.close());
  const data = { ...PrepareTicket.example, kind: 'secret' };
  await t.rejects(publisher.publish({ ...message, message: { type: 'PrepareTicket', data } }), {
    code: 'contract-violation',
    message: 'PrepareTicket /kind: must be equal to one of the allowed values',
  });
  await t.rejects(publisher.publish({ ...message, about: 'x'.repeat(101) }), {
    code: 'contract-violation',
    message: 'PrepareTicket /about: must not have more than 100 characters',
  });
  await t.rejects(publisher.publish(message), {
    code: 'broker-unavailable',
    message: 'There is no connection to the broker.',
  });
});
