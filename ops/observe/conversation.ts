// A conversation: everything with one correlation id, over all services, in its order and as a tree of causes. Pure.
import { prefixOf, STREAMS, type StreamFamily } from '../../shared-contracts/messages/streams.ts';
import type { ObservedEvent } from './observed-event.ts';

export type Cause = {
  readonly event: ObservedEvent;
  /** What it caused, in the order it was written. */
  readonly effects: readonly Cause[];
};

/** A line of the tree: how deep it stands. */
export type TreeLine = { readonly event: ObservedEvent; readonly depth: number };

/**
 * The tree of causes. What was caused by something outside (a request, an operator, an event of another conversation)
 * stands at the root.
 */
export function treeOf(events: readonly ObservedEvent[]): readonly Cause[] {
  const known = new Set(events.map(({ id }) => id));
  const effects = new Map<string | undefined, ObservedEvent[]>();
  for (const event of events) {
    const cause = event.ours?.$causationId;
    const parent = cause !== undefined && cause !== event.id && known.has(cause) ? cause : undefined;
    effects.set(parent, [...(effects.get(parent) ?? []), event]);
  }
  // Causes that go round in a circle, which only a broken writer makes, would be reached from no root.
  const placed = new Set<string>();
  const grow = (parent: string | undefined): Cause[] =>
    (effects.get(parent) ?? []).flatMap((event) => {
      if (placed.has(event.id)) return [];
      placed.add(event.id);
      return [{ event, effects: grow(event.id) }];
    });
  const roots = grow(undefined);
  for (const event of events) {
    if (placed.has(event.id)) continue;
    placed.add(event.id);
    roots.push({ event, effects: grow(event.id) });
  }
  return roots;
}

export function linesOf(causes: readonly Cause[], depth = 0): readonly TreeLine[] {
  return causes.flatMap(({ event, effects }) => [{ event, depth }, ...linesOf(effects, depth + 1)]);
}

/** Which service appended an event, as far as the name of its stream tells. */
export function serviceOf(stream: string): string {
  const [, owner] = /^(?:failures|replay|control)-(\w+)/.exec(stream) ?? [];
  if (owner !== undefined) return owner;
  const families: readonly StreamFamily[] = Object.values(STREAMS);
  const family = families.find((known) => stream.startsWith(prefixOf(known)));
  const by = family?.holds[0]?.by;
  return by === 'customer' || by === 'backoffice' ? by : '';
}
