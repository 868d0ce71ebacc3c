/**
 * The moment that a reader means who writes a local time, such as `2026-11-22 10:15`.
 *
 * @param timeZone the reader's; UTC where it is not known.
 * @returns an ISO text in UTC; undefined for what is no time.
 */
export function localMoment(text: string, timeZone = 'UTC'): string | undefined {
  const [, day, time = '00:00'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?$/.exec(text) ?? [];
  const asUtc = Date.parse(day === undefined ? text : `${day}T${time}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  if (day === undefined) return new Date(asUtc).toISOString();
  // Twice: where the clocks change between the two, the second look is at the right side of it.
  const first = asUtc - offsetAt(asUtc, timeZone);
  return new Date(asUtc - offsetAt(first, timeZone)).toISOString();
}

/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const whole = Math.floor(moment / 1000) * 1000;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).formatToParts(whole);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - whole;
}
