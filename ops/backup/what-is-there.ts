// What the new store holds already: nothing, or the beginning of the very same import, which then goes on behind it.
import {
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
  FORWARDS,
  type Position,
  START,
} from '@eventstore/db-client';
import { CodedError } from '../../shared-contracts/errors/coded-error.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { lastRecorded } from '../../shared-contracts/runtime/event-store/recorded-events.ts';
import type { Step } from './import-steps.ts';
import { type KeptStreams, TOMBSTONE_TYPE } from './kept-streams.ts';

/** The store is not one to import into. */
class NotEmpty extends CodedError {
  constructor(event: AllStreamRecordedEvent) {
    super(
      'not-empty',
      `The store holds other events (the first that does not belong: ${event.revision} of ${event.streamId}). ` +
        'Import into an empty store; an import that was interrupted goes on with the same file.',
    );
  }
}

export class WhatIsThere {
  readonly #client: EventStoreDBClient;
  readonly #events: AsyncIterator<AllStreamRecordedEvent, void, undefined>;
  /** Last revisions of streams that `$all` does not show. */
  readonly #unseen = new Map<string, number>();
  #isOver = false;
  #last: Position | undefined;

  constructor(client: EventStoreDBClient, kept: KeptStreams) {
    this.#client = client;
    this.#events = keptEvents(client, kept);
  }

  /** Position of the last event that was there. */
  get last(): Position | undefined {
    return this.#last;
  }

  /**
   * Whether what comes of a step is there. To be asked for each step in order.
   *
   * @throws NotEmpty when something else is there.
   */
  async has(step: Step): Promise<boolean> {
    if (step.position === undefined) return this.#hasUnseen(step);
    if (this.#isOver) return false;
    const { value: event } = await this.#events.next();
    this.#isOver = event === undefined;
    if (!event) return false;
    if (!comesOf(event, step)) throw new NotEmpty(event);
    this.#last = event.position;
    return true;
  }

  /** @throws NotEmpty when there is more than what was asked for. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    const { value: event } = await this.#events.next();
    this.#isOver = true;
    if (event) throw new NotEmpty(event);
  }

  /** Leaves off reading. */
  async close(): Promise<void> {
    await this.#events.return?.();
  }

  async #hasUnseen({ stream, revision }: Step): Promise<boolean> {
    const known =
      this.#unseen.get(stream) ?? Number((await lastRecorded(this.#client, stream))?.revision ?? -1);
    this.#unseen.set(stream, known);
    return revision <= known;
  }
}

/** The ids of what the store itself writes when a stream is deleted are its own. */
function comesOf({ streamId, revision, id, type }: AllStreamRecordedEvent, step: Step): boolean {
  if (streamId !== step.stream) return false;
  switch (step.kind) {
    case 'append':
      return Number(revision) === step.revision && id === step.event.id;
    case 'delete':
      return Number(revision) === step.revision;
    case 'tombstone':
      return type === TOMBSTONE_TYPE;
  }
}

async function* keptEvents(
  client: EventStoreDBClient,
  kept: KeptStreams,
): AsyncGenerator<AllStreamRecordedEvent, void, undefined> {
  const all = client.readAll({ direction: FORWARDS, fromPosition: START });
  for await (const { event } of eventsOf(all))
    if (event !== undefined && kept.has(event.streamId)) yield event;
}
