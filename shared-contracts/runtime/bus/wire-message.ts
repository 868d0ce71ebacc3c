import type { ConsumeMessage, Options } from 'amqplib';
import { Type } from 'typebox';
import { ContractViolation } from '../../messages/decode-message.ts';
import type { AnyMessage, MessageDefinition } from '../../messages/define-message.ts';
import { Instant, Meaning, Uuid } from '../../messages/fields.ts';
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

/** Carries what a message is about; order is kept for each. */
export const ABOUT_HEADER = 'deskstream-about';

/** The name of each header. */
export const HEADER = {
  about: ABOUT_HEADER,
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

/** @param sealed the same message with its personal fields encrypted: nothing else of it is sent. */
export function toWire(
  { about, correlationId, causationId, occurredAt, actor }: Omit<BusMessage, 'message'>,
  { id, type, version, subject, data }: SealedMessage,
  trace: TraceCarrier,
): { readonly content: Buffer; readonly options: Options.Publish } {
  return {
    content: Buffer.from(JSON.stringify(data)),
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

/** @throws ContractViolation when it is not one of the messages that this queue is for. */
export async function fromWire(
  delivery: ConsumeMessage,
  known: ReadonlyMap<string, MessageDefinition>,
  sealing: Sealing,
): Promise<BusMessage & { readonly trace: TraceCarrier }> {
  const { properties, content } = delivery;
  const type: unknown = properties.type;
  if (typeof type !== 'string') throw new ContractViolation('a message', '/type', 'is missing');
  if (!known.has(type)) throw new ContractViolation(type, '', 'is not a message of this queue');
  const headers: Record<string, unknown> = properties.headers ?? {};
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
  return {
    ...rest,
    messageId,
    subject,
    message,
    trace: {
      ...(typeof headers.traceparent === 'string' ? { traceparent: headers.traceparent } : {}),
      ...(typeof headers.tracestate === 'string' ? { tracestate: headers.tracestate } : {}),
    },
  };
}

function withoutMissing(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function parse(type: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new ContractViolation(type, '', 'is not JSON');
  }
}
