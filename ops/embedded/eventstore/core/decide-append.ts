import { isSoftDeleted, type StreamEntry } from '../index/stream-entry.ts';

/** What the writer expects the stream to be. */
export type ExpectedRevision =
  | { readonly kind: 'any' }
  | { readonly kind: 'no_stream' }
  | { readonly kind: 'stream_exists' }
  | { readonly kind: 'revision'; readonly revision: number };

/** What becomes of an append. */
type AppendDecision =
  /** The events go after `last`; a deleted stream comes to life again with them where `recreates`. */
  | { readonly kind: 'write'; readonly last: number; readonly recreates: boolean }
  /** They were written before: the last of them has this revision. */
  | { readonly kind: 'repeated'; readonly revision: number }
  /** There is nothing to write. */
  | { readonly kind: 'empty'; readonly current: number }
  /** `current` is the stream's last revision; -1 where it has none. */
  | { readonly kind: 'wrong'; readonly current: number }
  | { readonly kind: 'deleted' };

type KnownIds = {
  /** Revision at which this event was written to this stream, as far as that is remembered. */
  recent(id: Buffer): number | undefined;
  /** Is this the id of the event at this revision of the stream? */
  isAt(revision: number, id: Buffer): boolean;
};

/**
 * Decides on an append, as EventStoreDB does: an exact expectation that is behind the stream is compared with what is stored
 * there; `any` and `stream_exists` go by the first id, among those that are remembered.
 */
export function decideAppend(
  expected: ExpectedRevision,
  stream: StreamEntry | undefined,
  ids: readonly Buffer[],
  known: KnownIds,
): AppendDecision {
  const current = stream?.last ?? -1;
  if (stream !== undefined && stream.tombstone > 0) return { kind: 'deleted' };
  const softDeleted = stream !== undefined && isSoftDeleted(stream) && current >= 0;
  const write: AppendDecision =
    ids.length === 0 ? { kind: 'empty', current } : { kind: 'write', last: current, recreates: softDeleted };
  switch (expected.kind) {
    case 'stream_exists':
      if (softDeleted) return { kind: 'deleted' };
      if (current < 0) return { kind: 'wrong', current };
      return byRememberedIds(ids, known, current) ?? write;
    case 'any':
      return byRememberedIds(ids, known, current) ?? write;
    case 'no_stream':
      if (current < 0) return write;
      return byStoredIds(0, ids, known, current) ?? (softDeleted ? write : { kind: 'wrong', current });
    case 'revision':
      if (expected.revision === current) return write;
      if (expected.revision > current) return { kind: 'wrong', current };
      return byStoredIds(expected.revision + 1, ids, known, current) ?? { kind: 'wrong', current };
  }
}

function byRememberedIds(
  ids: readonly Buffer[],
  known: KnownIds,
  current: number,
): AppendDecision | undefined {
  let last: number | undefined;
  for (const id of ids) {
    const revision = known.recent(id);
    if (revision === undefined) return last === undefined ? undefined : { kind: 'wrong', current };
    last = revision;
  }
  return last === undefined ? undefined : { kind: 'repeated', revision: last };
}

function byStoredIds(
  first: number,
  ids: readonly Buffer[],
  known: KnownIds,
  current: number,
): AppendDecision | undefined {
  const end = first + ids.length - 1;
  if (ids.length === 0 || end > current) return undefined;
  return ids.every((id, offset) => known.isAt(first + offset, id))
    ? { kind: 'repeated', revision: end }
    : undefined;
}

/** What becomes of a delete or a tombstone. */
type DeleteDecision =
  | { readonly kind: 'delete' }
  | { readonly kind: 'wrong'; readonly current: number }
  | { readonly kind: 'deleted' };

/**
 * Decides on a delete. A soft delete needs a stream that is or was there; a tombstone may be set where there is none
 * (unless one is expected).
 */
export function decideDelete(
  expected: ExpectedRevision,
  stream: StreamEntry | undefined,
  hard: boolean,
): DeleteDecision {
  const current = stream?.last ?? -1;
  if (stream !== undefined && stream.tombstone > 0) return { kind: 'deleted' };
  const wrong: DeleteDecision = { kind: 'wrong', current };
  switch (expected.kind) {
    case 'any':
      return hard || current >= 0 ? { kind: 'delete' } : wrong;
    case 'stream_exists':
      return current >= 0 ? { kind: 'delete' } : wrong;
    case 'no_stream':
      return hard && current < 0 ? { kind: 'delete' } : wrong;
    case 'revision':
      return expected.revision === current ? { kind: 'delete' } : wrong;
  }
}
