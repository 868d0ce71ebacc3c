// The dependency picture of the README: folders and their imports, as a Mermaid flow chart.

/** A module and what it imports, as paths from the root. */
export type Imports = {
  readonly source: string;
  readonly dependencies: readonly { readonly resolved: string }[];
};

/** What the picture shows as one room, and what it shows room by room. */
const WHOLE = ['customer', 'backoffice'];
const BY_ROOM = ['shared-contracts', 'projections', 'ops'];
/** What only looks at the whole from outside, and would hide how the rest stands. */
const OUTSIDE =
  /\.test\.ts$|\/testing\/|^ops\/(system-tests|bench|screenshots|structure)\/|^ops\/[a-z-]+\.mjs$/;

/** An arrow from importer to imported; one that follows from others is left out. */
export function dependencyPicture(modules: readonly Imports[]): string {
  const arrows = withoutShortcuts(arrowsBetween(modules));
  const rooms = [...arrows.keys()].sort();
  const lines = rooms.map((room) => `  ${idOf(room)}["${room}"]`);
  for (const room of rooms) {
    for (const target of [...(arrows.get(room) ?? [])].sort())
      lines.push(`  ${idOf(room)} --> ${idOf(target)}`);
  }
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

function arrowsBetween(modules: readonly Imports[]): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    const room = roomOf(source);
    if (room === undefined) continue;
    const targets = arrows.get(room) ?? new Set();
    arrows.set(room, targets);
    for (const { resolved } of dependencies) {
      const target = roomOf(resolved);
      if (target !== undefined && target !== room) targets.add(target);
    }
  }
  return arrows;
}

function roomOf(path: string): string | undefined {
  const [hall = '', inside = ''] = path.split('/');
  if (OUTSIDE.test(path)) return undefined;
  if (BY_ROOM.includes(hall)) return `${hall}/${inside.replace(/\.ts$/, '')}`;
  return WHOLE.includes(hall) ? hall : undefined;
}

function withoutShortcuts(arrows: Arrows): Arrows {
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const target of arrows.get(from) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      reached(target, seen);
    }
    return seen;
  };
  return new Map(
    [...arrows].map(([room, targets]) => {
      const further = new Set([...targets].flatMap((target) => [...reached(target)]));
      return [room, new Set([...targets].filter((target) => !further.has(target)))];
    }),
  );
}

function idOf(room: string): string {
  return room.replaceAll(/[^a-z]/g, '_');
}
