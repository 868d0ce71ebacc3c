// Days are UTC days, written `2026-11-23`.

export const DAY_MS = 86_400_000;

/** The day that a moment is in. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The day so many days after another; before it, where the count is negative. */
export function daysAfter(day: string, count: number): string {
  return dayOf(new Date(startOf(day).getTime() + count * DAY_MS));
}

/** The beginning of a day that was checked before. */
export function startOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** From the beginning of the first day up to the end of the last: conditions for MongoDB. */
export function within(from: string | undefined, to: string | undefined) {
  return {
    ...(from === undefined ? {} : { $gte: startOf(from) }),
    ...(to === undefined ? {} : { $lt: startOf(daysAfter(to, 1)) }),
  };
}
