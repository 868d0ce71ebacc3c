import { type EventStoreDBClient, FORWARDS, type Position, START } from '@eventstore/db-client';

/** An event as the store has it: not decoded, so that the account relies on nothing that it is to check. */
export type RawEvent = {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When the store wrote it, in milliseconds since 1970. */
  readonly created: number;
};

/** Every stream of the product with its events in their order. */
export type AllStreams = ReadonlyMap<string, readonly RawEvent[]>;

/** Reads `$all`, each time what has come since. */
export function allStreams(client: EventStoreDBClient): { read(): Promise<AllStreams> } {
  const streams = new Map<string, RawEvent[]>();
  let last: Position | undefined;
  return {
    read: async () => {
      const events = client.readAll({ direction: FORWARDS, fromPosition: last ?? START });
      for await (const { event } of events) {
        // The read begins with what was the last one before.
        if (event === undefined || event.position.commit === last?.commit) continue;
        last = event.position;
        if (event.type.startsWith('$')) continue;
        const { streamId, revision, id, type, data, created } = event;
        const stream = streams.get(streamId) ?? [];
        streams.set(streamId, stream);
        const fields = typeof data === 'object' && data !== null ? Object.entries(data) : [];
        const raw = { stream: streamId, revision: Number(revision), id, type };
        stream.push({ ...raw, data: Object.fromEntries(fields), created: created.getTime() });
      }
      return streams;
    },
  };
}

/** The events of all streams of one category. */
export function eventsIn(streams: AllStreams, category: string): readonly RawEvent[] {
  return [...streams].flatMap(([name, events]) => (name.startsWith(category) ? events : []));
}
