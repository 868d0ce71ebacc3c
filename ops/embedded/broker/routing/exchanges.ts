import type { BindingDefinition, ExchangeDefinition, ExchangeType } from '../store/definitions.ts';
import type { Store } from '../store/store.ts';
import { AmqpFault, notImplemented } from '../wire/fault.ts';
import type { FieldTable } from '../wire/field-table.ts';
import { Exchange } from './exchange.ts';

/** What exchange.declare asks for. */
export type ExchangeRequest = Omit<ExchangeDefinition, 'type'> & {
  readonly type: string;
  readonly arguments: FieldTable;
};

const PREDECLARED: readonly ExchangeDefinition[] = (['direct', 'fanout', 'topic'] as const).map((type) => ({
  name: `amq.${type}`,
  type,
  durable: true,
  autoDelete: false,
  internal: false,
}));

/** The named exchanges. The default exchange is none of them: it routes to the queue that the key names. */
export class Exchanges {
  readonly #store: Store;
  readonly #byName = new Map<string, Exchange>();
  /** How often an exchange or a binding came or went. */
  changes = 0;

  constructor(store: Store) {
    this.#store = store;
    for (const definition of [...PREDECLARED, ...store.exchanges()]) {
      this.#byName.set(definition.name, new Exchange(definition));
    }
  }

  get all(): readonly Exchange[] {
    return [...this.#byName.values()];
  }

  find(name: string): Exchange | undefined {
    return this.#byName.get(name);
  }

  /** @throws AmqpFault 404 when there is none of that name. */
  get(name: string): Exchange {
    const exchange = this.#byName.get(name);
    if (!exchange) throw new AmqpFault(404, `no exchange '${name}' in vhost '/'`);
    return exchange;
  }

  /** @throws AmqpFault 403 or 404 when there is no exchange of that name to work with. */
  check(name: string): void {
    refuseDefault(name);
    this.get(name);
  }

  /** @throws AmqpFault 403, 406, 503 or 540: reserved name, another exchange of that name, no such type. */
  declare(request: ExchangeRequest): void {
    refuseDefault(request.name);
    const type = exchangeType(request.type);
    for (const name of Object.keys(request.arguments)) {
      if (name === 'alternate-exchange' || name.startsWith('x-')) {
        throw notImplemented(`the exchange argument '${name}'`);
      }
    }
    const found = this.#byName.get(request.name);
    if (found) {
      requireSame(found.definition, { ...request, type });
      return;
    }
    if (request.name.startsWith('amq.')) {
      throw new AmqpFault(403, `exchange name '${request.name}' contains reserved prefix 'amq.*'`);
    }
    const { name, durable, autoDelete, internal } = request;
    const definition: ExchangeDefinition = { name, type, durable, autoDelete, internal };
    this.#byName.set(name, new Exchange(definition));
    this.changes++;
    if (durable) this.#store.saveExchange(definition);
  }

  /** Deleting one that is not there is no error, as in RabbitMQ. */
  delete(name: string, ifUnused: boolean): void {
    refuseDefault(name);
    if (name.startsWith('amq.')) {
      throw new AmqpFault(403, `deletion of system exchange '${name}' in vhost '/' not allowed`);
    }
    const exchange = this.#byName.get(name);
    if (!exchange) return;
    if (ifUnused && !exchange.unused) throw new AmqpFault(406, `exchange '${name}' in vhost '/' in use`);
    this.#remove(exchange);
  }

  /** Binds a queue; `kept` when the queue survives a restart. */
  bind(binding: BindingDefinition, kept: boolean): void {
    refuseDefault(binding.exchange);
    const exchange = this.get(binding.exchange);
    if (!exchange.bind(binding)) return;
    this.changes++;
    if (kept && exchange.definition.durable) this.#store.saveBinding(binding);
  }

  /** Puts a stored binding back when the broker starts. */
  restore(binding: BindingDefinition): void {
    this.#byName.get(binding.exchange)?.bind(binding);
  }

  /** Taking off what is not there is no error, as in RabbitMQ. */
  unbind(binding: BindingDefinition): void {
    refuseDefault(binding.exchange);
    const exchange = this.#byName.get(binding.exchange);
    if (!exchange?.unbind(binding)) return;
    this.changes++;
    this.#store.removeBinding(binding);
    this.#removeIfUnused(exchange);
  }

  /** Takes a deleted queue off all exchanges. */
  unbindQueue(queue: string): void {
    for (const exchange of this.all) {
      const removed = exchange.unbindQueue(queue);
      for (const binding of removed) this.#store.removeBinding(binding);
      if (removed.length === 0) continue;
      this.changes++;
      this.#removeIfUnused(exchange);
    }
  }

  #removeIfUnused(exchange: Exchange): void {
    if (exchange.definition.autoDelete && exchange.unused) this.#remove(exchange);
  }

  #remove(exchange: Exchange): void {
    this.#byName.delete(exchange.definition.name);
    this.changes++;
    if (exchange.definition.durable) this.#store.removeExchange(exchange.definition.name);
    for (const binding of exchange.bindings) this.#store.removeBinding(binding);
  }
}

function refuseDefault(name: string): void {
  if (name === '') throw new AmqpFault(403, 'operation not permitted on the default exchange');
}

function exchangeType(type: string): ExchangeType {
  switch (type) {
    case 'direct':
    case 'fanout':
    case 'topic':
      return type;
    case 'headers':
      throw notImplemented("the exchange type 'headers'");
    default:
      throw new AmqpFault(503, `unknown exchange type '${type}'`);
  }
}

function requireSame(found: ExchangeDefinition, asked: Omit<ExchangeDefinition, 'name'>): void {
  const differences = [
    ['type', asked.type, found.type],
    ['durable', asked.durable, found.durable],
    ['auto_delete', asked.autoDelete, found.autoDelete],
    ['internal', asked.internal, found.internal],
  ] as const;
  for (const [name, received, current] of differences) {
    if (received === current) continue;
    throw new AmqpFault(
      406,
      `inequivalent arg '${name}' for exchange '${found.name}' in vhost '/': received '${received}' but current is '${current}'`,
    );
  }
}
