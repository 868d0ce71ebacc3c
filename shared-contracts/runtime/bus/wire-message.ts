import type { ConsumeMessage, Options } from 'amqplib';
import { ContractViolation, decodeMessage } from '../../messages/decode-message.ts';
import type { AnyMessage, MessageDefinition } from '../../messages/define-message.ts';
import type { TraceCarrier } from '../telemetry/spans.ts';

/** An integration message with what travels beside it. */
export type BusMessage = {
  /** Deterministic: the same message published again has the same id. */
  readonly messageId: string;
  /** What the message is about; order is kept for each subject. */
  readonly subject: string;
  readonly message: AnyMessage;
  readonly correlationId: string;
  readonly causationId: string;
  readonly occurredAt: string;
  /** Who published it: `system:{group}`. */
  readonly actor: string;
};

/** Carries what a message is about; order is kept for each. */
export const SUBJECT_HEADER = 'deskstream-subject';

const HEADER = {
  subject: SUBJECT_HEADER,
  version: 'deskstream-schema-version',
  causationId: 'deskstream-causation-id',
  occurredAt: 'deskstream-occurred-at',
  actor: 'deskstream-actor',
} as const;

export function toWire(
  { messageId, subject, message, correlationId, causationId, occurredAt, actor }: BusMessage,
  version: number,
  trace: TraceCarrier,
): { readonly content: Buffer; readonly options: Options.Publish } {
  return {
    content: Buffer.from(JSON.stringify(message.data)),
    options: {
      messageId,
      correlationId,
      type: message.type,
      contentType: 'application/json',
      persistent: true,
      mandatory: true,
      headers: {
        [HEADER.subject]: subject,
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
export function fromWire(
  delivery: ConsumeMessage,
  known: ReadonlyMap<string, MessageDefinition>,
): BusMessage & { readonly trace: TraceCarrier } {
  const { properties, content } = delivery;
  const type = textOf(properties.type, 'type', 'a message');
  const definition = known.get(type);
  if (definition === undefined) throw new ContractViolation(type, '', 'is not a message of this queue');
  const headers: Record<string, unknown> = properties.headers ?? {};
  const text = (name: string) => textOf(headers[name], name, type);
  const version = headers[HEADER.version];
  if (typeof version !== 'number') throw new ContractViolation(type, `/${HEADER.version}`, 'is missing');
  return {
    messageId: textOf(properties.messageId, 'message-id', type),
    correlationId: textOf(properties.correlationId, 'correlation-id', type),
    subject: text(HEADER.subject),
    causationId: text(HEADER.causationId),
    occurredAt: text(HEADER.occurredAt),
    actor: text(HEADER.actor),
    message: decodeMessage(definition, parse(type, content), version),
    trace: {
      ...(typeof headers.traceparent === 'string' ? { traceparent: headers.traceparent } : {}),
      ...(typeof headers.tracestate === 'string' ? { tracestate: headers.tracestate } : {}),
    },
  };
}

function textOf(value: unknown, name: string, type: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ContractViolation(type, `/${name}`, 'is missing');
}

function parse(type: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new ContractViolation(type, '', 'is not JSON');
  }
}
