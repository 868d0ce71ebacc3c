/** Cuts a list into portions of this size, the last of which may be smaller. */
export function* portionsOf<Item>(
  items: readonly Item[],
  size: number,
): Generator<readonly Item[], void, undefined> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
