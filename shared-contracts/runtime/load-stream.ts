import type { AnyMessage } from '../messages/define-message.ts';
import type { Decider } from './decider.ts';
import type { EventStore } from './event-store/event-store.ts';

/** One kind of stream: its rules, and how to tell its events from all others. */
export type Aggregate<State, Command, Event extends AnyMessage> = {
  readonly decider: Decider<State, Command, Event>;
  readonly isEvent: (event: AnyMessage) => event is Event;
};

export type LoadedStream<State> = {
  readonly state: State;
  /** Revision of the last event; -1 where there is no stream. */
  readonly revision: number;
  /** The conversation that the stream belongs to: that of its first event. */
  readonly correlationId: string | undefined;
  readonly eventIds: ReadonlySet<string>;
};

/** Reads a stream to its end and folds it into its state. */
export async function loadStream<State, Command, Event extends AnyMessage>(
  store: EventStore,
  { decider, isEvent }: Aggregate<State, Command, Event>,
  stream: string,
): Promise<LoadedStream<State>> {
  let state = decider.initial;
  let revision = -1;
  let correlationId: string | undefined;
  const eventIds = new Set<string>();
  for await (const { event, origin, metadata } of store.read(stream)) {
    if (isEvent(event)) state = decider.evolve(state, event);
    revision = origin.revision;
    correlationId ??= metadata.$correlationId;
    eventIds.add(origin.eventId);
  }
  return { state, revision, correlationId, eventIds };
}
