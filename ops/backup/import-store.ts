import { ANY, type EventStoreDBClient, type Position } from '@eventstore/db-client';
import { AppendInOrder } from './append-in-order.ts';
import { createGroups, type NewPlace } from './group-places.ts';
import { type Step, stepsOf } from './import-steps.ts';
import { keptStreams } from './kept-streams.ts';
import { readExport } from './read-export.ts';
import { WhatIsThere } from './what-is-there.ts';

export type ImportDeps = {
  readonly client: EventStoreDBClient;
  readonly file: string;
  readonly stop: AbortSignal;
  /** Told from time to time how many of how many events are there. */
  readonly onProgress?: (done: number, total: number) => void;
};

export type Imported = {
  readonly events: number;
  /** Of these, what an earlier import had brought already. */
  readonly before: number;
  /** Groups that go on from where they were. */
  readonly groups: readonly string[];
};

const TELL_EVERY = 1000;

/**
 * Brings an export into an empty store, in its order; goes on where an import of the same file was interrupted. No service
 * may run on the store meanwhile: it would append in between, which is refused where it is seen.
 *
 * @throws BrokenExport, NotEmpty, OrderLost
 */
export async function importStore({ client, file, stop, onProgress }: ImportDeps): Promise<Imported> {
  const { header, trailer, entries } = await readExport(file);
  const there = new WhatIsThere(client, keptStreams(header.groups));
  const appender = new AppendInOrder(client);
  const places = placesOf(header.groups);
  let done = 0;
  let before = 0;

  const flush = async () => (await appender.flush()) ?? there.last;

  try {
    for await (const step of stepsOf(entries())) {
      stop.throwIfAborted();
      await places.pass(step, flush);
      if (step.position === undefined) await there.end();
      if (await there.has(step)) before += 1;
      else await take(client, appender, step);
      done += 1;
      if (done % TELL_EVERY === 0) onProgress?.(done, trailer.events);
    }
    await there.end();
  } finally {
    await there.close();
  }
  const created = await places.end(flush);
  await createGroups(client, created);
  return { events: done, before, groups: created.map(({ group }) => group.name) };
}

async function take(client: EventStoreDBClient, appender: AppendInOrder, step: Step): Promise<void> {
  switch (step.kind) {
    case 'append':
      return appender.add(step);
    case 'delete':
      await appender.flush();
      await client.deleteStream(step.deleted, { expectedRevision: ANY });
      return;
    case 'tombstone':
      await appender.flush();
      await client.tombstoneStream(step.stream, { expectedRevision: ANY });
      return;
  }
}

type Flush = () => Promise<Position | undefined>;

/** Finds for each group the event of the new store up to which it had settled everything in the old one. */
function placesOf(groups: readonly NewPlace['group'][]) {
  const waiting = groups
    .map((group) => ({ group, upTo: group.settledUpTo === null ? -1n : BigInt(group.settledUpTo) }))
    .sort((one, other) => (one.upTo < other.upTo ? -1 : one.upTo > other.upTo ? 1 : 0));
  const found: NewPlace[] = [];

  const passUntil = async (isPassed: (upTo: bigint) => boolean, flush: Flush) => {
    let position: { readonly at: Position | undefined } | undefined;
    for (let [next] = waiting; next !== undefined && isPassed(next.upTo); [next] = waiting) {
      position ??= { at: await flush() };
      found.push({ group: next.group, position: position.at });
      waiting.shift();
    }
  };

  return {
    /** To be told of each step before it is taken. */
    pass: ({ position }: Step, flush: Flush) =>
      position === undefined ? Promise.resolve() : passUntil((upTo) => position > upTo, flush),
    end: async (flush: Flush): Promise<readonly NewPlace[]> => {
      await passUntil(() => true, flush);
      await flush();
      return found;
    },
  };
}
