/**
 * A link to the same page with some parameters changed: `?status=open&page=2`. An empty value takes a parameter away; with
 * none left the link is `?`, which is the page without any.
 */
export function linkWith(
  query: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...changes })) {
    for (const single of Array.isArray(value) ? value : [value]) {
      if (single !== undefined && single !== null && single !== '') parameters.append(name, String(single));
    }
  }
  return `?${parameters}`;
}

const FORMAT = new Intl.NumberFormat('en-GB');

/** What `pager.hbs` needs to page through a list of known length. Pages count from 1. */
export type Paging = {
  readonly previous: number | undefined;
  readonly next: number | undefined;
  /** "21 to 40 of 134", or nothing for an empty list. */
  readonly text: string;
};

/** @param page counts from 1 @param size rows on a page @param total rows of the whole list */
export function pagingOf(page: number, size: number, total: number): Paging {
  const last = Math.max(1, Math.ceil(total / size));
  const first = (page - 1) * size + 1;
  const shown = total > 0 && first <= total;
  return {
    previous: page > 1 ? Math.min(page - 1, last) : undefined,
    next: page < last ? page + 1 : undefined,
    text: shown ? `${number(first)} to ${number(Math.min(page * size, total))} of ${number(total)}` : '',
  };
}

function number(value: number): string {
  return FORMAT.format(value);
}

/** The page number in a query: 1 when it is missing or no number; at most `max`. */
export function pageNumber(value: unknown, max = 100_000): number {
  const page = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 1;
  return Math.min(Math.max(page, 1), max);
}
