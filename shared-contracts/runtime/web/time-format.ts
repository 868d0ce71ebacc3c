export type TimeStyle = 'short' | 'exact' | 'day' | 'iso';

export type TimeFormat = {
  /** A moment in a zone; without one in UTC, and the text says so. */
  text(at: Date, style: TimeStyle, zone: string | undefined): string;
  /** "3 minutes ago"; beyond a week the date. */
  relative(at: Date, now: Date, zone: string | undefined): string;
  /** The zone's proper name, or undefined for what is no time zone. */
  knownZone(name: string | undefined): string | undefined;
};

const MAX_FORMATS = 200;
const STYLES: Record<Exclude<TimeStyle, 'iso'>, Intl.DateTimeFormatOptions> = {
  short: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  exact: { dateStyle: 'full', timeStyle: 'long' },
};
const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number, below: number])[] = [
  ['second', 1, 45],
  ['minute', 60, 3600],
  ['hour', 3600, 86_400],
  ['day', 86_400, 7 * 86_400],
];

/** Writes times in British English. Formats are kept, since making one takes far longer than using it. */
export function createTimeFormat(): TimeFormat {
  const formats = new Map<string, Intl.DateTimeFormat>();
  const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });

  function format(style: keyof typeof STYLES, timeZone: string): Intl.DateTimeFormat {
    const key = `${style} ${timeZone}`;
    const kept = formats.get(key);
    if (kept) return kept;
    const oldest = formats.keys().next();
    if (formats.size >= MAX_FORMATS && !oldest.done) formats.delete(oldest.value);
    const made = new Intl.DateTimeFormat('en-GB', { ...STYLES[style], timeZone });
    formats.set(key, made);
    return made;
  }

  function text(at: Date, style: TimeStyle, zone: string | undefined): string {
    if (style === 'iso') return at.toISOString();
    const written = format(style, zone ?? 'UTC').format(at);
    return zone === undefined && style === 'short' ? `${written} UTC` : written;
  }

  return {
    text,
    relative(at, now, zone) {
      const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
      const unit = UNITS.find(([, , below]) => Math.abs(seconds) < below);
      if (unit === undefined) return text(at, 'day', zone);
      return unit[0] === 'second' ? 'just now' : relative.format(Math.round(seconds / unit[1]), unit[0]);
    },
    knownZone(name) {
      if (name === undefined || name.length > 64) return undefined;
      try {
        return format('short', name).resolvedOptions().timeZone;
      } catch {
        return undefined;
      }
    },
  };
}
