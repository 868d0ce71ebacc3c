// The inbox streams of a service: where messages from the broker get into the store.
import type { EventStoreDBClient } from '@eventstore/db-client';
import { type ServiceName, streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { recordedEvents } from '../event-store/recorded-events.ts';
import { ConflictError } from '../handle-command.ts';
import type { BusMessage } from './wire-message.ts';

/** What is known of a stream: the ids of all of its events up to this revision. */
type Known = { revision: number; readonly ids: Set<string> };

const TRIES = 10;
/** Ids that are kept of all streams together, some 5 MB. */
const MOST_IDS = 50_000;

/**
 * Appends each message to the inbox stream of what it is about, once, however often it comes.
 *
 * A message may come again at any time: the broker repeats it after a crash, its sender after a confirm that was lost, an
 * operator years later. Only the whole stream tells whether it is there already, since the store itself forgets ids when it
 * restarts. What one process has seen of a stream stays true, though, as a stream only grows: so the ids are remembered,
 * and the append expects the revision up to which they are. If it is another, only what was added since is read. A stream
 * that nothing is known of is taken for one that does not exist, which it is for the first message of an issue; a long one
 * is read once, its ids only.
 */
export class Inbox {
  readonly #known = new Map<string, Known>();
  readonly #store: EventStore;
  readonly #service: ServiceName;
  #ids = 0;

  constructor(store: EventStore, service: ServiceName) {
    this.#store = store;
    this.#service = service;
  }

  /** Resolves once the message is in its stream, now or since an earlier time. */
  async take(message: BusMessage): Promise<void> {
    const { messageId } = message;
    const stream = streamOf.inbox(this.#service, message.about);
    const known = this.#lend(stream);
    const event = {
      id: messageId,
      event: message.message,
      metadata: {
        $correlationId: message.correlationId,
        $causationId: message.causationId,
        actor: message.actor,
        ...(message.subject === undefined ? {} : { subject: message.subject }),
        occurredAt: message.occurredAt,
      },
    };
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (known.ids.has(messageId)) return this.#keep(stream, known);
      const expected = known.revision < 0 ? 'none' : known.revision;
      const appended = await this.#store.append(stream, [event], expected);
      if (appended.kind === 'appended') {
        // The same append once more is the same for the store: then this is where the message stands already.
        known.revision = appended.revision;
        known.ids.add(messageId);
        return this.#keep(stream, known);
      }
      await readOn(this.#store.client, stream, known);
    }
    throw new ConflictError(stream);
  }

  /** Hands out what is known, so that two who are at the same stream do not change it under each other. */
  #lend(stream: string): Known {
    const known = this.#known.get(stream);
    if (known === undefined) return { revision: -1, ids: new Set() };
    this.#forget(stream, known);
    return known;
  }

  #keep(stream: string, known: Known): void {
    const other = this.#known.get(stream);
    if (other !== undefined) this.#forget(stream, other);
    this.#known.set(stream, known);
    this.#ids += known.ids.size;
    for (const [oldest, its] of this.#known) {
      if (this.#ids <= MOST_IDS) return;
      this.#forget(oldest, its);
    }
  }

  #forget(stream: string, { ids }: Known): void {
    this.#known.delete(stream);
    this.#ids -= ids.size;
  }
}

/** Reads what was added to a stream; not decoded, as only ids matter, and what cannot be decoded is no reason to stop. */
async function readOn(client: EventStoreDBClient, stream: string, known: Known): Promise<void> {
  const tail = { fromRevision: BigInt(known.revision + 1) };
  for await (const { id, revision } of recordedEvents(client, stream, tail)) {
    known.revision = Number(revision);
    known.ids.add(id);
  }
}
