import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { QueueDefinition } from '../store/definitions.ts';
import type { Recovered, Store } from '../store/store.ts';
import { AmqpFault } from '../wire/fault.ts';
import type { FieldTable, FieldValue } from '../wire/field-table.ts';
import { Queue, type QueueSurroundings } from './queue.ts';
import { type QueueSettings, readQueueSettings } from './settings.ts';

/** What queue.declare asks for. */
export type QueueRequest = {
  readonly name: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
};

const NOTHING: Recovered = { count: 0, bytes: 0, first: 0, next: 0, deliveredBelow: 0 };

/** All queues by name. */
export class Queues {
  readonly #store: Store;
  readonly #around: QueueSurroundings;
  readonly #removed: (queue: Queue) => void;
  readonly #byName = new Map<string, Queue>();

  /** `removed` is told of every queue that goes, before its name is free again. */
  constructor(around: QueueSurroundings, removed: (queue: Queue) => void) {
    this.#store = around.store;
    this.#around = around;
    this.#removed = removed;
  }

  get all(): readonly Queue[] {
    return [...this.#byName.values()];
  }

  find(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  /** @throws AmqpFault 404 when there is none of that name, 405 when it is another connection's own. */
  get(name: string, connection: object): Queue {
    const queue = this.#byName.get(name);
    if (!queue) throw new AmqpFault(404, `no queue '${name}' in vhost '/'`);
    if (queue.owner && queue.owner !== connection) throw locked(name);
    return queue;
  }

  /** Puts the stored queues back when the broker starts. */
  async restore(): Promise<void> {
    const definitions = this.#store.queues();
    const found = await this.#store.recover(new Set(definitions.map(({ id }) => id)));
    for (const definition of definitions) {
      this.#add(
        definition,
        readQueueSettings(definition.name, definition.arguments),
        undefined,
        found.get(definition.id) ?? NOTHING,
      );
    }
  }

  /** @throws AmqpFault when the name is reserved, or taken by a queue that is not the same, or the arguments cannot be. */
  declare(asked: QueueRequest, connection: object): Queue {
    // An exclusive queue ends with its connection, hence with the broker too: RabbitMQ never keeps one either.
    const request = { ...asked, durable: asked.durable && !asked.exclusive };
    const found = request.name === '' ? undefined : this.#byName.get(request.name);
    if (found) {
      if (found.owner !== undefined ? found.owner !== connection : request.exclusive)
        throw locked(request.name);
      requireSame(found.definition, request);
      return found;
    }
    if (request.name.startsWith('amq.')) {
      throw new AmqpFault(403, `queue name '${request.name}' contains reserved prefix 'amq.*'`);
    }
    const name = request.name === '' ? `amq.gen-${randomBytes(16).toString('base64url')}` : request.name;
    const settings = readQueueSettings(name, request.arguments);
    if (settings.quorum) requireQuorumShape(asked);
    const definition: QueueDefinition = { ...request, name, id: this.#store.newQueueId() };
    if (request.durable) this.#store.saveQueue(definition);
    return this.#add(definition, settings, request.exclusive ? connection : undefined, NOTHING);
  }

  /** Deletes a queue; returns how many messages waited in it. Their removal from the disk goes on afterwards. */
  delete(queue: Queue): number {
    const { count, removed } = queue.end();
    removed.catch(() => undefined);
    this.#removed(queue);
    this.#byName.delete(queue.name);
    this.#store.removeQueue(queue.definition);
    return count;
  }

  /** Deletes the exclusive queues of a connection that went. */
  deleteOwned(connection: object): void {
    for (const queue of this.all) if (queue.owner === connection) this.delete(queue);
  }

  #add(
    definition: QueueDefinition,
    settings: QueueSettings,
    owner: object | undefined,
    found: Recovered,
  ): Queue {
    const queue = new Queue(definition, settings, owner, this.#around, found);
    this.#byName.set(definition.name, queue);
    return queue;
  }
}

function locked(name: string): AmqpFault {
  return new AmqpFault(
    405,
    `cannot obtain exclusive access to locked queue '${name}' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
  );
}

function requireQuorumShape(request: QueueRequest): void {
  if (request.name === '') throw new AmqpFault(406, 'Cannot declare a server-named queue for type quorum');
  const property = [
    [!request.durable, 'non-durable'],
    [request.exclusive, 'exclusive-owner'],
    [request.autoDelete, 'auto-delete'],
  ].find(([wrong]) => wrong)?.[1];
  if (property)
    throw new AmqpFault(406, `invalid property '${property}' for queue '${request.name}' in vhost '/'`);
}

function requireSame(found: QueueDefinition, asked: QueueRequest): void {
  for (const [name, received, current] of [
    ['durable', asked.durable, found.durable],
    ['auto_delete', asked.autoDelete, found.autoDelete],
    ['exclusive', asked.exclusive, found.exclusive],
  ] as const) {
    if (received !== current) throw inequivalent(name, found, `'${received}'`, `'${current}'`);
  }
  for (const name of new Set([...Object.keys(asked.arguments), ...Object.keys(found.arguments)])) {
    if (!name.startsWith('x-')) continue;
    const received = argumentOf(asked, name);
    const current = argumentOf(found, name);
    if (isDeepStrictEqual(received, current)) continue;
    throw inequivalent(name, found, described(received), described(current));
  }
}

/** A queue without a type is a classic one. */
function argumentOf(queue: { readonly arguments: FieldTable }, name: string): FieldValue | undefined {
  return queue.arguments[name] ?? (name === 'x-queue-type' ? 'classic' : undefined);
}

function described(value: FieldValue | undefined): string {
  return value === undefined ? 'none' : `the value '${value}'`;
}

function inequivalent(name: string, queue: QueueDefinition, received: string, current: string): AmqpFault {
  return new AmqpFault(
    406,
    `inequivalent arg '${name}' for queue '${queue.name}' in vhost '/': received ${received} but current is ${current}`,
  );
}
