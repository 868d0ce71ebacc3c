import type { Options } from 'amqplib';
import { Type } from 'typebox';
import { CodedError } from '../../errors/coded-error.ts';
import { ContractViolation } from '../../messages/decode-message.ts';
import type { AnyMessage, MessageDefinition } from '../../messages/define-message.ts';
import { Instant, Meaning, Uuid } from '../../messages/fields.ts';
import type { UnreadableCode } from '../../messages/unreadable-events.ts';
import { validatorOf } from '../../messages/validator.ts';
import type { SealedMessage, Sealing } from '../personal/sealing.ts';
import type { TraceCarrier } from '../telemetry/spans.ts';

/** An integration message with what travels beside it. */
export type BusMessage = {
  /** Deterministic: the same message published again has the same id. */
  readonly messageId: string;
  /** What the message is about (the issue); order is kept for each. */
  readonly about: string;
  /** Whose personal data it holds, and so under whose key that is encrypted; undefined where it holds none. */
  readonly subject: string | undefined;
  readonly message: AnyMessage;
  readonly correlationId: string;
  readonly causationId: string;
  readonly occurredAt: string;
  /** Who published it: `system:{group}`. */
  readonly actor: string;
};

/** A message as the broker hands it over, as far as we look at it. Everything beside the body may be anything. */
export type WireMessage = {
  readonly content: Buffer;
  readonly properties: {
    readonly type?: unknown;
    readonly messageId?: unknown;
    readonly correlationId?: unknown;
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
  };
};

/** What the broker handed over is not one of our messages. The sentence tells none of its values. */
export class Unreadable extends CodedError {
  declare readonly code: UnreadableCode;

  constructor(code: UnreadableCode, sentence: string, options?: ErrorOptions) {
    super(code, sentence, options);
  }
}

/** Bytes of a body, at most: more than any message of ours, and all that the store takes in one append. */
export const MAX_BODY_BYTES = 1_048_576;

/** The name of each header. */
export const HEADER = {
  /** Order is kept for each. */
  about: 'deskstream-about',
  subject: 'deskstream-subject',
  version: 'deskstream-schema-version',
  causationId: 'deskstream-causation-id',
  occurredAt: 'deskstream-occurred-at',
  actor: 'deskstream-actor',
} as const;

const Text = Type.String({ minLength: 1, maxLength: 200 });

/** What travels beside the data: all of it gets into the store, so all of it has a form and a limit. */
export const BesideData = Type.Object({
  messageId: Meaning(Uuid, 'The same for the same message, however often it is published.'),
  correlationId: Meaning(Text, 'The conversation that the message is part of.'),
  about: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'What the message is about, an issue: order is kept for each.',
  }),
  subject: Type.Optional(
    Meaning(Uuid, 'Whose data the personal fields are: they are encrypted under the key of this subject.'),
  ),
  causationId: Meaning(Text, 'The event that the message tells about.'),
  occurredAt: Meaning(Instant, 'When that event happened.'),
  actor: Meaning(Text, 'Who published it: `system:{group}`.'),
  version: Type.Integer({ minimum: 1, description: 'The version of the contract of the data.' }),
});

const validateProperties = validatorOf(BesideData);

/**
 * @param sealed the same message with its personal fields encrypted: nothing else of it is sent.
 * @throws ContractViolation when the receiver would not take it.
 */
export function toWire(
  { about, correlationId, causationId, occurredAt, actor }: Omit<BusMessage, 'message'>,
  { id, type, version, subject, data }: SealedMessage,
  trace: TraceCarrier,
): { readonly content: Buffer; readonly options: Options.Publish } {
  const beside = { messageId: id, correlationId, about, causationId, occurredAt, actor, version };
  const valid = validateProperties(subject === undefined ? beside : { ...beside, subject });
  if (!valid.ok) throw new ContractViolation(type, valid.field, valid.rule);
  const content = Buffer.from(JSON.stringify(data));
  if (content.length > MAX_BODY_BYTES) throw new ContractViolation(type, '', tooLarge(content));
  return {
    content,
    options: {
      messageId: id,
      correlationId,
      type,
      contentType: 'application/json',
      persistent: true,
      mandatory: true,
      headers: {
        [HEADER.about]: about,
        ...(subject === undefined ? {} : { [HEADER.subject]: subject }),
        [HEADER.version]: version,
        [HEADER.causationId]: causationId,
        [HEADER.occurredAt]: occurredAt,
        [HEADER.actor]: actor,
        ...trace,
      },
    },
  };
}

/** @throws Unreadable when it is not one of the messages that this queue is for. */
export async function fromWire(
  { properties, content }: WireMessage,
  known: ReadonlyMap<string, MessageDefinition>,
  sealing: Sealing,
): Promise<BusMessage> {
  if (content.length > MAX_BODY_BYTES) throw new Unreadable('too-large', `The message ${tooLarge(content)}`);
  const { type } = properties;
  if (typeof type !== 'string' || !known.has(type)) {
    throw new Unreadable('unknown-type', 'The message is of no type that this service takes from this queue');
  }
  try {
    return await read(type, properties, content, sealing);
  } catch (error) {
    if (error instanceof ContractViolation)
      throw new Unreadable('contract-violation', error.message, { cause: error });
    throw error;
  }
}

async function read(
  type: string,
  properties: WireMessage['properties'],
  content: Buffer,
  sealing: Sealing,
): Promise<BusMessage> {
  const headers = properties.headers ?? {};
  const beside = validateProperties(
    withoutMissing({
      messageId: properties.messageId,
      correlationId: properties.correlationId,
      about: headers[HEADER.about],
      subject: headers[HEADER.subject],
      causationId: headers[HEADER.causationId],
      occurredAt: headers[HEADER.occurredAt],
      actor: headers[HEADER.actor],
      version: headers[HEADER.version],
    }),
  );
  if (!beside.ok) throw new ContractViolation(type, beside.field, beside.rule);
  const { version, messageId, subject, ...rest } = beside.data;
  const data = parse(type, content);
  const { message } = await sealing.open({ id: messageId, type, version, subject, data });
  return { ...rest, messageId, subject, message };
}

/** The trace that a message continues, if it tells one. */
export function traceOf({ properties: { headers = {} } }: WireMessage): TraceCarrier {
  return {
    ...(typeof headers.traceparent === 'string' ? { traceparent: headers.traceparent } : {}),
    ...(typeof headers.tracestate === 'string' ? { tracestate: headers.tracestate } : {}),
  };
}

function withoutMissing(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function tooLarge({ length }: Buffer): string {
  return `has ${length} bytes, and may have ${MAX_BODY_BYTES}`;
}

function parse(type: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new Unreadable('not-json', `${type}: is not JSON`);
  }
}
