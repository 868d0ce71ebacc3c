import type { ExpectedRevision } from '../core/decide-append.ts';
import { handlerFailed } from '../errors.ts';
import type { FieldReader } from '../wire/protobuf.ts';

export type StreamOptions = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** When the client gives up, milliseconds since 1970; only batches carry it. */
  readonly deadline: number | undefined;
};

/**
 * Reads the options that Append, BatchAppend, Delete and Tombstone have in common: 1 stream, 2 revision, 3 no_stream, 4 any,
 * 5 stream_exists; and of batches 6, the deadline as a timestamp, or 7, as a duration.
 */
export function readStreamOptions(reader: FieldReader, now: number): StreamOptions {
  let stream = '';
  let expected: ExpectedRevision = { kind: 'any' };
  let deadline: number | undefined;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        stream = readStreamIdentifier(reader.message());
        break;
      case 2:
        expected = { kind: 'revision', revision: reader.varint() };
        break;
      case 3:
        reader.skip();
        expected = { kind: 'no_stream' };
        break;
      case 4:
        reader.skip();
        expected = { kind: 'any' };
        break;
      case 5:
        reader.skip();
        expected = { kind: 'stream_exists' };
        break;
      case 6:
        deadline = readSeconds(reader.message());
        break;
      case 7:
        deadline = now + readSeconds(reader.message());
        break;
      default:
        reader.skip();
    }
  }
  if (stream === '') throw handlerFailed();
  return { stream, expected, deadline };
}

export function readStreamIdentifier(reader: FieldReader): string {
  let name = '';
  while (reader.next()) {
    if (reader.field === 3) name = reader.text();
    else reader.skip();
  }
  return name;
}

/** `google.protobuf.Timestamp` or `Duration`, in milliseconds. */
function readSeconds(reader: FieldReader): number {
  let milliseconds = 0;
  while (reader.next()) {
    if (reader.field === 1) milliseconds += Number(BigInt.asIntN(64, reader.varint64())) * 1000;
    else if (reader.field === 2) milliseconds += Number(BigInt.asIntN(64, reader.varint64())) / 1_000_000;
    else reader.skip();
  }
  return milliseconds;
}
