import { getRoutingKeyPattern } from 'smqp';
import { Meter } from '../meter.ts';
import { type BindingDefinition, bindingKey, type ExchangeDefinition } from '../store/definitions.ts';

/** How many routing keys an exchange remembers the way of. */
const REMEMBERED = 10_000;

type Binding = { readonly definition: BindingDefinition; readonly matches: (routingKey: string) => boolean };

/** An exchange and the queues bound to it. */
export class Exchange {
  readonly definition: ExchangeDefinition;
  readonly published = new Meter();
  /** By queue, then by what identifies a binding. */
  readonly #bindings = new Map<string, Map<string, Binding>>();
  readonly #remembered = new Map<string, readonly string[]>();

  constructor(definition: ExchangeDefinition) {
    this.definition = definition;
  }

  get bindings(): readonly BindingDefinition[] {
    return [...this.#bindings.keys()].flatMap((queue) => this.bindingsOf(queue));
  }

  bindingsOf(queue: string): readonly BindingDefinition[] {
    return [...(this.#bindings.get(queue)?.values() ?? [])].map(({ definition }) => definition);
  }

  get unused(): boolean {
    return this.#bindings.size === 0;
  }

  /** Returns false when it was bound like that before. */
  bind(definition: BindingDefinition): boolean {
    const ofQueue = this.#bindings.get(definition.queue) ?? new Map<string, Binding>();
    const key = bindingKey(definition);
    if (ofQueue.has(key)) return false;
    ofQueue.set(key, { definition, matches: this.#matcher(definition.routingKey) });
    this.#bindings.set(definition.queue, ofQueue);
    this.#remembered.clear();
    return true;
  }

  /** Returns false when there was no such binding. */
  unbind(definition: BindingDefinition): boolean {
    const ofQueue = this.#bindings.get(definition.queue);
    if (!ofQueue?.delete(bindingKey(definition))) return false;
    if (ofQueue.size === 0) this.#bindings.delete(definition.queue);
    this.#remembered.clear();
    return true;
  }

  /** Takes off all bindings of a queue that is deleted. */
  unbindQueue(queue: string): readonly BindingDefinition[] {
    const removed = this.bindingsOf(queue);
    this.#bindings.delete(queue);
    this.#remembered.clear();
    return removed;
  }

  /** The names of the queues that a message with this key goes to, each once. */
  route(routingKey: string): readonly string[] {
    const known = this.#remembered.get(routingKey);
    if (known) return known;
    const queues: string[] = [];
    for (const [queue, bindings] of this.#bindings) {
      for (const binding of bindings.values()) {
        if (!binding.matches(routingKey)) continue;
        queues.push(queue);
        break;
      }
    }
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(routingKey, queues);
    return queues;
  }

  #matcher(bound: string): (routingKey: string) => boolean {
    switch (this.definition.type) {
      case 'fanout':
        return () => true;
      case 'direct':
        return (routingKey) => routingKey === bound;
      case 'topic': {
        const pattern = getRoutingKeyPattern(bound);
        return (routingKey) => pattern.test(routingKey);
      }
    }
  }
}
