import type { LogRecord } from '../log/record.ts';
import { DELETED, type StreamEntry } from './stream-entry.ts';

/**
 * The stream's entry after a `$metadata` event for it was written: every such event replaces all of the settings. What is not
 * JSON, or not an object, changes nothing.
 */
export function applyMetadata(entry: StreamEntry, metadata: LogRecord): StreamEntry {
  if (!metadata.json || metadata.tombstone) return entry;
  const settings = parseMetadata(metadata.data);
  if (settings === undefined) return entry;
  return {
    ...entry,
    truncateBefore: Math.min(count(settings.$tb), DELETED),
    maxCount: Math.min(count(settings.$maxCount), DELETED),
    maxAge: Math.min(count(settings.$maxAge), DELETED),
  };
}

export function parseMetadata(data: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (data.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(data.toString('utf8'));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}

/**
 * Metadata with another `$tb`; all other keys as they were. The largest one, which marks a deleted stream, does not fit
 * a double.
 */
export function withTruncateBefore(data: Buffer | undefined, truncateBefore: number): Buffer {
  const { $tb: _, ...others } = (data && parseMetadata(data)) ?? {};
  const tb = truncateBefore === DELETED ? '9223372036854775807' : String(truncateBefore);
  const rest = JSON.stringify(others).slice(1);
  return Buffer.from(rest === '}' ? `{"$tb":${tb}}` : `{"$tb":${tb},${rest}`);
}
