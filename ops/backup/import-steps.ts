// From the lines of an export to what is done to the new store, one thing after the other.
import { binaryEvent, type EventData, jsonEvent } from '@eventstore/db-client';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { Entry, ExportedEvent } from './export-line.ts';
import { METADATA_TYPE, meansDeleted, ownerOf } from './kept-streams.ts';
import type { SizedEntry } from './read-export.ts';

/** What all steps tell: where the event that comes of it stands, in the new store as in the old one. */
type Place = {
  readonly stream: string;
  readonly revision: number;
  /** Commit position in the old store; undefined for what `$all` does not show. */
  readonly position: bigint | undefined;
};

export type AppendStep = Place & {
  readonly kind: 'append';
  readonly event: EventData;
  /** Characters, about. */
  readonly size: number;
};

export type Step =
  | AppendStep
  /** Deletes `deleted`; the store itself then writes the metadata that the place tells of. */
  | (Place & { readonly kind: 'delete'; readonly deleted: string })
  | (Place & { readonly kind: 'tombstone' });

/**
 * Stands in for what nobody can read any more, so that the revisions behind it are right. It is hidden like that was, and of a
 * type that no handler minds. */
const FILLER_TYPE = '$gone';
const FILLER_SIZE = 100;

export async function* stepsOf(entries: AsyncIterable<SizedEntry>): AsyncGenerator<Step, void, undefined> {
  for await (const { entry, size } of entries) yield* stepsFor(entry, size);
}

function* stepsFor(entry: Entry, size: number): Generator<Step, void, undefined> {
  const { stream } = entry;
  const position = entry.position === undefined ? undefined : BigInt(entry.position);
  switch (entry.kind) {
    case 'event': {
      const place = { stream, revision: entry.revision, position };
      const owner = ownerOf(stream);
      if (owner !== undefined && meansDeleted(truncateBefore(entry)))
        yield { kind: 'delete', ...place, deleted: owner };
      else yield { kind: 'append', ...place, event: eventOf(entry), size };
      return;
    }
    case 'gone':
      for (let done = 0; done < entry.count; done += 1) {
        const revision = entry.revision + done;
        yield {
          kind: 'append',
          stream,
          revision,
          position,
          event: filler(stream, revision),
          size: FILLER_SIZE,
        };
      }
      return;
    case 'tombstone':
      yield { kind: 'tombstone', stream, revision: 0, position };
      return;
  }
}

function eventOf({ id, type, contentType, data, metadata, binaryMetadata }: ExportedEvent): EventData {
  const beside =
    binaryMetadata === undefined
      ? metadata === undefined
        ? {}
        : // What was read as JSON is written as JSON; the client's type knows objects only.
          { metadata: metadata as Record<string, unknown> }
      : { metadata: bytes(binaryMetadata) };
  return contentType === 'application/json'
    ? // JSON of any kind: the client's type knows objects only.
      jsonEvent({ id, type, data: data as Record<string, unknown>, ...beside })
    : binaryEvent({ id, type, data: bytes(String(data)), ...beside });
}

/** Not a Buffer: the client takes metadata for JSON unless they are exactly this. */
function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function filler(stream: string, revision: number): EventData {
  const type = ownerOf(stream) === undefined ? FILLER_TYPE : METADATA_TYPE;
  return jsonEvent({ id: deterministicId('gone', stream, revision), type, data: {} });
}

function truncateBefore({ type, data }: ExportedEvent): unknown {
  return type === METADATA_TYPE ? Reflect.get(Object(data), '$tb') : undefined;
}
