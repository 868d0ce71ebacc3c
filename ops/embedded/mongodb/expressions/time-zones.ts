import { CommandError } from '../errors.ts';

const HOUR_MS = 3_600_000;
/** Offsets are remembered for this many hours before all are forgotten. */
const MOST_HOURS = 20_000;

type Zone = { readonly format: Intl.DateTimeFormat; readonly offsets: Map<number, number> };

/** Offsets of time zones from UTC. Asking the system for one is slow; they change on the hour, so each hour is asked for once. */
export class TimeZones {
  private readonly zones = new Map<string, Zone>();

  /**
   * Milliseconds that a zone is ahead of UTC at a time (milliseconds since 1970).
   *
   * @throws CommandError when there is no such zone
   */
  offset(name: string, time: number): number {
    const zone = this.zone(name);
    const hour = Math.floor(time / HOUR_MS);
    const known = zone.offsets.get(hour);
    if (known !== undefined) return known;
    const offset = offsetAt(zone.format, time);
    if (zone.offsets.size >= MOST_HOURS) zone.offsets.clear();
    zone.offsets.set(hour, offset);
    return offset;
  }

  private zone(name: string): Zone {
    const known = this.zones.get(name);
    if (known) return known;
    const zone = { format: formatFor(name), offsets: new Map<number, number>() };
    this.zones.set(name, zone);
    return zone;
  }
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    throw new CommandError(40485, `unrecognized time zone identifier: "${timeZone}"`);
  }
}

function offsetAt(format: Intl.DateTimeFormat, time: number): number {
  const name = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** An offset as `+01:00`. */
export function showOffset(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Whether a time zone is given by name, so that its offset depends on the date. */
export const isNamedZone = (zone: unknown): zone is string =>
  typeof zone === 'string' && /^[A-Za-z]+\/|^[A-Z]{3}\d/.test(zone);
