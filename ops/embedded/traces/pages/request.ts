import { param } from '../../shared/param.ts';
import type { Place } from '../store.ts';
import type { TraceQuery } from './search.ts';

/** The search that a query string asks for; what makes no sense in it is left out. Times are UTC. */
export function queryOf(values: unknown): TraceQuery {
  return {
    service: param(values, 'service') || null,
    operation: param(values, 'operation') || null,
    correlationId: param(values, 'correlationId') || null,
    error: ['1', 'true', 'on'].includes(param(values, 'error')),
    minDurationUs: milliseconds(param(values, 'minMs')),
    maxDurationUs: milliseconds(param(values, 'maxMs')),
    fromUs: time(param(values, 'from')),
    toUs: time(param(values, 'to')),
  };
}

/** The place in a list that a link to its next page names. */
export function placeOf(values: unknown): Place | undefined {
  const found = /^(\d{1,16})-([0-9a-f]{32})$/.exec(param(values, 'after'));
  return found?.[1] && found[2] ? { startUs: Number(found[1]), traceId: found[2] } : undefined;
}

/** A place as a link names it. */
export function placeName({ startUs, traceId }: Place): string {
  return `${startUs}-${traceId}`;
}

/** A limit that a client asked for, within bounds. */
export function limitOf(values: unknown, byDefault: number, atMost: number): number {
  const limit = Number(param(values, 'limit'));
  return Number.isSafeInteger(limit) && limit > 0 ? Math.min(limit, atMost) : byDefault;
}

function milliseconds(text: string): number | null {
  const ms = Number(text || Number.NaN);
  return Number.isFinite(ms) && ms >= 0 ? ms * 1000 : null;
}

/** An input of type `datetime-local` has no zone: it is read as UTC, which is what the pages show. */
function time(text: string): number | null {
  const ms = Date.parse(/T\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(ms) ? null : ms * 1000;
}
