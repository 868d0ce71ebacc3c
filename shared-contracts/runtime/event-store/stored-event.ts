import type { AnyMessage } from '../../messages/define-message.ts';
import type { EventMetadata } from '../../messages/metadata.ts';

/** Where an event stands: what idempotency, revision guards, deterministic ids and causation go by. */
export type Origin = {
  readonly stream: string;
  /** Zero-based place in its stream. */
  readonly revision: number;
  readonly eventId: string;
};

/** An event read back and decoded by its contract. */
export type StoredEvent<Message extends AnyMessage = AnyMessage> = {
  readonly origin: Origin;
  readonly event: Message;
  readonly metadata: EventMetadata;
  /** The person whose data it held was erased: its personal fields read as erased, and nobody is to be written to. */
  readonly erased?: true;
};

/** An event about to be appended. */
export type NewEvent<Message extends AnyMessage = AnyMessage> = {
  readonly id: string;
  readonly event: Message;
  readonly metadata: Omit<EventMetadata, 'schemaVersion' | 'traceparent' | 'tracestate'>;
};
