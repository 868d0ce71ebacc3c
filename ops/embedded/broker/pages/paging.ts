/** One page of a long list, with the addresses of the pages beside it. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly total: number;
  readonly number: number;
  readonly last: number;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly several: boolean;
};

const SIZE = 50;

/**
 * The page that a query asks for; anything that is no page of the list is its first or last one. The links keep the
 * rest of the query.
 *
 * @param name the parameter that carries the number of the page
 */
export function pageOf<T>(
  all: readonly T[],
  query: Readonly<Record<string, unknown>>,
  name: string,
): Page<T> {
  const asked = query[name];
  const last = Math.max(1, Math.ceil(all.length / SIZE));
  const wanted = typeof asked === 'string' && /^\d{1,6}$/.test(asked) ? Number(asked) : 1;
  const number = Math.min(Math.max(wanted, 1), last);
  const link = (to: number) => {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (typeof value === 'string' && value !== '') parameters.set(key, value);
    }
    parameters.set(name, String(to));
    return `?${parameters}`;
  };
  return {
    items: all.slice((number - 1) * SIZE, number * SIZE),
    total: all.length,
    number,
    last,
    previous: number > 1 ? link(number - 1) : undefined,
    next: number < last ? link(number + 1) : undefined,
    several: last > 1,
  };
}
