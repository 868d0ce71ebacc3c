import type { AnyMessage } from '../messages/define-message.ts';
import type { Decider } from './decider.ts';
import type { EventStore } from './event-store/event-store.ts';

/** One kind of stream: its rules, how to tell its events from all others, and whose personal data they hold. */
export type Aggregate<State, Command, Event extends AnyMessage> = {
  readonly decider: Decider<State, Command, Event>;
  readonly isEvent: (event: AnyMessage) => event is Event;
  /** The subject of all events of a stream, by its first event; undefined where nothing in it is personal. */
  readonly subjectOf: (first: Event) => string | undefined;
  /** For streams whose events are of several subjects: that of what a command appends, where it is another. */
  readonly subjectFor?: (command: Command) => string | undefined;
  /** Types of the commands that streams begin with: the stream that they are for hardly ever exists yet. */
  readonly begunBy?: readonly string[];
};

export type LoadedStream<State> = {
  readonly state: State;
  /** Revision of the last event; -1 where there is no stream. */
  readonly revision: number;
  /** The conversation that the stream belongs to: that of its first event. */
  readonly correlationId: string | undefined;
  /** Whose personal data the stream's events hold; undefined where there is no stream. */
  readonly subject: string | undefined;
  readonly eventIds: ReadonlySet<string>;
  /** Whether something is in the stream that `seen` says would have been minded. */
  readonly missed: boolean;
};

/** How much of a stream somebody has seen who wants to change something, and which later events they need to know of first. */
export type Seen<Event> = {
  /** Revision of the last event that they were shown. */
  readonly revision: number;
  readonly minds: (event: Event) => boolean;
};

/** A stream that nothing has been appended to. */
export function emptyStream<State, Command, Event extends AnyMessage>({
  decider,
}: Aggregate<State, Command, Event>): LoadedStream<State> {
  return {
    state: decider.initial,
    revision: -1,
    correlationId: undefined,
    subject: undefined,
    eventIds: new Set(),
    missed: false,
  };
}

/** Reads a stream to its end and folds it into its state. */
export async function loadStream<State, Command, Event extends AnyMessage>(
  store: EventStore,
  { decider, isEvent, subjectOf }: Aggregate<State, Command, Event>,
  stream: string,
  seen?: Seen<Event>,
): Promise<LoadedStream<State>> {
  let state = decider.initial;
  let revision = -1;
  let correlationId: string | undefined;
  let subject: string | undefined;
  const eventIds = new Set<string>();
  let missed = false;
  for await (const { event, origin, metadata } of store.read(stream)) {
    if (isEvent(event)) {
      if (origin.revision === 0) subject = subjectOf(event);
      state = decider.evolve(state, event);
      if (seen !== undefined && origin.revision > seen.revision) missed ||= seen.minds(event);
    }
    revision = origin.revision;
    correlationId ??= metadata.$correlationId;
    eventIds.add(origin.eventId);
  }
  return { state, revision, correlationId, subject, eventIds, missed };
}
