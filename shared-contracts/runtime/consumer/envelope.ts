import type { AnyMessage } from '../../messages/define-message.ts';
import type { StoredEvent } from '../event-store/stored-event.ts';
import type { SpanReference } from '../telemetry/spans.ts';

/** How the message came, this time. Nothing that must happen once may depend on it: that goes by the origin. */
export type Delivery = {
  readonly group: string;
  readonly kind: 'live' | 'replay';
  /** The attempt that this delivery is: the origin's event id, or the id of the replay link. */
  readonly attemptId: string;
  /** 1 for the first; a replay counts on. */
  readonly attempt: number;
  /** Aborts when the deadline of the handler has passed. */
  readonly signal: AbortSignal;
  /** The span of handling it, for what is done for several messages at once to link to; undefined where nothing is traced. */
  readonly span: SpanReference | undefined;
};

/** What a handler sees. For a replay, origin and event are those that the link leads to: it is the same message. */
export type Envelope<Message extends AnyMessage = AnyMessage> = StoredEvent<Message> & {
  readonly delivery: Delivery;
};
