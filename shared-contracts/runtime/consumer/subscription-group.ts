import { decodeMessage } from '../../messages/decode-message.ts';
import {
  type AnyMessage,
  isOneOf,
  type MessageDefinition,
  type MessageOf,
} from '../../messages/define-message.ts';
import { type GroupDeclaration, streamOf } from '../../messages/names.ts';
import type { Origin } from '../event-store/stored-event.ts';
import type { Envelope } from './envelope.ts';

/** What a group does with one event type. */
export type Handler = {
  readonly eventType: string;
  /** Shown to operators beside what failed. */
  readonly name: string;
  readonly handle: (envelope: Envelope) => Promise<void>;
  /** Validates edited data of the event type. */
  readonly edit: (data: unknown) => AnyMessage;
};

/** How a group handles many events at once. */
export type BatchHandling = {
  /** Events in one batch, at most. */
  readonly size: number;
  /** Gets events of several streams, those of one stream in their order. May be given again what it has handled. */
  readonly handle: (envelopes: readonly Envelope[]) => Promise<void>;
};

/** A persistent subscription group as data: a service is the list of its groups. */
export type SubscriptionGroup = {
  readonly declaration: GroupDeclaration;
  /** Stream prefixes (categories) that the group hears; `replay-{group}` is added by the runtime. */
  readonly prefixes: readonly string[];
  /** `by-stream`: one at a time for each stream, in its order. `free`: each message stands alone. */
  readonly order: 'by-stream' | 'free';
  /** Messages in flight in one instance. */
  readonly bufferSize: number;
  /** Milliseconds that a handler may take for one try. */
  readonly deadlineMs: number;
  readonly handlers: readonly Handler[];
  /** Told of events whose type nobody here handles, before they are acknowledged. What it throws fails the connection. */
  readonly passOver?: (origin: Origin) => Promise<void>;
  /** For groups of order `by-stream` that can do many events in one go; the handlers are still needed for single ones. */
  readonly batch?: BatchHandling;
  /** Milliseconds that all tries of one message may take together; half a minute when not given. */
  readonly budgetMs?: number;
  /** Milliseconds that an outage is waited out with messages in hand; then the group is left. Five seconds when not given. */
  readonly patienceMs?: number;
  /** Counted up when the settings of the group change; an instance with a lower one leaves them alone. */
  readonly settingsVersion: number;
  /** Fails as long as what the handlers depend on is down; asked before the group is joined again after an outage. */
  readonly probe?: () => Promise<void>;
};

/** The prefixes that the store filters by for a group: of what it hears, and of its replays. */
export function filterOf({
  declaration,
  prefixes,
}: Pick<SubscriptionGroup, 'declaration' | 'prefixes'>): string[] {
  return [...prefixes, streamOf.replay(declaration.name)];
}

/** Registers a handler for one event type; it sees the event with the type of its contract. */
export function on<Definition extends MessageDefinition>(
  definition: Definition,
  name: string,
  handle: (envelope: Envelope<AnyMessage & MessageOf<Definition>>) => Promise<void>,
): Handler {
  const isThis = isOneOf([definition]);
  return {
    eventType: definition.type,
    name,
    edit: (data) => decodeMessage(definition, data, definition.version),
    handle: async (envelope) => {
      const { event } = envelope;
      if (isThis(event)) await handle({ ...envelope, event });
    },
  };
}
