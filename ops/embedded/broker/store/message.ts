import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';

/** A message as the queues hold it. All parts are views of `record`, which is also what is written to disk. */
export type Message = {
  readonly exchange: string;
  readonly routingKey: string;
  /** Flags and property list as on the wire. */
  readonly properties: Buffer;
  readonly body: Buffer;
  /** When the broker took it, in milliseconds since 1970. */
  readonly publishedAt: number;
  /** How long it may wait in any queue, in milliseconds; undefined for as long as it takes. */
  readonly timeToLive: number | undefined;
  readonly persistent: boolean;
  readonly record: Buffer;
};

const NO_LIMIT = 0xffff_ffff_ffff;

/** Puts a message together, copying its parts into one record so that nothing holds on to the socket's buffers. */
export function createMessage(parts: {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Buffer;
  readonly body: readonly Buffer[];
  readonly publishedAt: number;
  readonly timeToLive: number | undefined;
  readonly persistent: boolean;
}): Message {
  const bodySize = parts.body.reduce((size, piece) => size + piece.length, 0);
  const names = 2 + Buffer.byteLength(parts.exchange) + Buffer.byteLength(parts.routingKey);
  const writer = new Writer(21 + names + parts.properties.length + bodySize);
  writer.octet(parts.persistent ? 1 : 0);
  writer.longlong(parts.publishedAt).longlong(parts.timeToLive ?? NO_LIMIT);
  writer.shortstr(parts.exchange).shortstr(parts.routingKey);
  writer.long(parts.properties.length).raw(parts.properties);
  for (const piece of parts.body) writer.raw(piece);
  return readMessage(writer.finish());
}

/** Reads a record that `createMessage` has made. */
export function readMessage(record: Buffer): Message {
  const reader = new Reader(record);
  const persistent = reader.octet() === 1;
  const publishedAt = reader.longlong();
  const timeToLive = reader.longlong();
  const exchange = reader.shortstr();
  const routingKey = reader.shortstr();
  const properties = reader.longstr();
  return {
    exchange,
    routingKey,
    properties,
    body: reader.raw(reader.left),
    publishedAt,
    timeToLive: timeToLive === NO_LIMIT ? undefined : timeToLive,
    persistent,
    record,
  };
}
