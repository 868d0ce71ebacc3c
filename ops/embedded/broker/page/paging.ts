/** One page of a long list, and the numbers of the pages beside it. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly total: number;
  readonly number: number;
  readonly last: number;
  readonly previous: number | undefined;
  readonly next: number | undefined;
  readonly several: boolean;
};

const SIZE = 50;

/** The page that a query asks for; anything that is no page of the list is its first or last one. */
export function pageOf<T>(all: readonly T[], asked: unknown): Page<T> {
  const last = Math.max(1, Math.ceil(all.length / SIZE));
  const wanted = typeof asked === 'string' && /^\d{1,6}$/.test(asked) ? Number(asked) : 1;
  const number = Math.min(Math.max(wanted, 1), last);
  return {
    items: all.slice((number - 1) * SIZE, number * SIZE),
    total: all.length,
    number,
    last,
    previous: number > 1 ? number - 1 : undefined,
    next: number < last ? number + 1 : undefined,
    several: last > 1,
  };
}
