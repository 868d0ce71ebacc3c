import type { LogRecord } from '../log/record.ts';

/** Which link streams the index keeps. */
export type LinkStreams = 'none' | 'standard';

const CATEGORY_PREFIX = '$ce-';
export const CORRELATION_PREFIX = '$bc-';

/** Is it one of the streams of links that the index computes? */
export function isLinkStream(stream: string): boolean {
  return stream.startsWith(CATEGORY_PREFIX) || stream.startsWith(CORRELATION_PREFIX);
}

/**
 * The link streams that an event belongs to: `$ce-{category}` (what is before the first `-` of its stream's name) and
 * `$bc-{correlation id}` (from its metadata). Events of system streams are in none.
 */
export function linkStreamsOf(record: LogRecord, kept: LinkStreams): string[] {
  if (kept === 'none' || record.stream.startsWith('$')) return [];
  const streams: string[] = [];
  const dash = record.stream.indexOf('-');
  if (dash > 0) streams.push(CATEGORY_PREFIX + record.stream.slice(0, dash));
  const correlation = correlationId(record.metadata);
  if (correlation !== undefined) streams.push(CORRELATION_PREFIX + correlation);
  return streams;
}

const CORRELATION_KEY = '"$correlationId"';

/** `$correlationId` of an event's metadata; undefined where there is none. */
export function correlationId(metadata: Buffer): string | undefined {
  if (metadata.length === 0 || !metadata.includes(CORRELATION_KEY)) return undefined;
  try {
    const parsed: unknown = JSON.parse(metadata.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('$correlationId' in parsed)) return undefined;
    return typeof parsed.$correlationId === 'string' && parsed.$correlationId !== ''
      ? parsed.$correlationId
      : undefined;
  } catch {
    return undefined;
  }
}
