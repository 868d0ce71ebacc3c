import { setTimeout as pause } from 'node:timers/promises';
import {
  ANY,
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { count, timed } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute, messagingSystem, streamTemplate } from '../telemetry/names.ts';
import { currentCarrier, inSpan } from '../telemetry/spans.ts';
import type { Codec } from './codec.ts';
import { eventsOf } from './events-of.ts';
import type { NewEvent, StoredEvent } from './stored-event.ts';

/** `none`: the stream must not exist. A number: the stream's last revision must be just this one. */
export type Expected = number | 'none';

export type Appended =
  | { readonly kind: 'appended'; readonly revision: number }
  | { readonly kind: 'conflict' };

export type ReadOptions = {
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
};

/** Streams of decoded events. What is not about streams (groups, links, parked messages) goes to `client`. */
export type EventStore = {
  readonly client: EventStoreDBClient;
  readonly codec: Codec;
  /** Reads a stream as it stands now; a stream that does not exist is empty. */
  read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent>;
  /** Appends all of the events or none. A conflict is an answer; everything else that goes wrong is thrown. */
  append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<Appended>;
  /** Appends to a stream that only collects (a ledger), whatever its revision. May append again after a crash. */
  collect(stream: string, events: readonly NewEvent[]): Promise<void>;
  /** Whether the subject was erased, as far as this process has heard. */
  isErased(subject: string): Promise<boolean>;
  /** Fetches every key anew that is used from now on: somebody was erased. */
  forgetKeys(): void;
  /** Asks the store for something small, to find out at the start whether it can be reached. */
  reach(): Promise<void>;
  close(): Promise<void>;
};

const DISPOSE_LIMIT_MS = 300;

/** The client of a store, under a name that the store's operators see; it connects on first use. */
export function connectClient(url: string, connectionName: string): EventStoreDBClient {
  return EventStoreDBClient.connectionString(withName(url, connectionName));
}

/** The event store behind a client that is connected, or connects on first use; closing it ends the client's connection. */
export function createEventStore(client: EventStoreDBClient, codec: Codec): EventStore {
  const write = (stream: string, events: readonly NewEvent[], expectedRevision: AppendExpectedRevision) => {
    const template = { [attribute.messagingDestinationTemplate]: streamTemplate(stream) };
    const operation = {
      [attribute.messagingSystem]: messagingSystem.store,
      [attribute.messagingOperationName]: 'append',
      ...template,
    };
    const append = () =>
      inSpan(
        `append ${streamTemplate(stream)}`,
        {
          kind: 'producer',
          attributes: {
            ...operation,
            [attribute.messagingOperationType]: 'send',
            [attribute.messagingDestination]: stream,
            [attribute.eventType]: events.map(({ event }) => event.type),
            [attribute.correlationId]: events[0]?.metadata.$correlationId ?? '',
          },
        },
        async (span): Promise<Appended> => {
          const carrier = currentCarrier();
          const encoded = await Promise.all(events.map((event) => codec.encode(event, carrier)));
          const result = await client
            .appendToStream(stream, encoded, { expectedRevision })
            .catch((error: unknown) => {
              if (error instanceof WrongExpectedVersionError) return undefined;
              throw error;
            });
          if (result === undefined) {
            span.setAttribute(attribute.outcome, 'conflict');
            count(metric.appendConflicts, template);
            return { kind: 'conflict' };
          }
          span.setAttribute(attribute.revision, Number(result.nextExpectedRevision));
          return { kind: 'appended', revision: Number(result.nextExpectedRevision) };
        },
      );
    return timed(metric.operationDuration, operation, append);
  };

  return {
    client,
    codec,
    async *read(stream, { from, direction = 'forwards', limit } = {}) {
      const events = client.readStream(stream, {
        direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
        fromRevision: from === undefined ? (direction === 'forwards' ? START : END) : BigInt(from),
        ...(limit === undefined ? {} : { maxCount: limit }),
      });
      try {
        for await (const { event } of eventsOf(events)) if (event !== undefined) yield codec.decode(event);
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error;
      }
    },
    append: (stream, events, expected) =>
      write(stream, events, expected === 'none' ? NO_STREAM : BigInt(expected)),
    async collect(stream, events) {
      const result = await write(stream, events, ANY);
      if (result.kind === 'appended') return;
      // The store knows the first of the ids but not all: a repeat that was cut short. One by one, it leaves the known out.
      for (const event of events) await write(stream, [event], ANY);
    },
    isErased: codec.isErased,
    forgetKeys: codec.forgetKeys,
    reach: async () => {
      const last = client.readAll({ maxCount: 1, direction: BACKWARDS, fromPosition: END });
      for await (const _event of eventsOf(last)) return;
    },
    close: async () => {
      // The client waits for every call to end; that of a cancelled subscription, which nobody reads any more, may never.
      await Promise.race([client.dispose(), pause(DISPOSE_LIMIT_MS)]);
    },
  };
}

function withName(url: string, connectionName: string): string {
  if (url.includes('connectionName=')) return url;
  return `${url}${url.includes('?') ? '&' : '?'}connectionName=${encodeURIComponent(connectionName)}`;
}
