import type { LogRecord } from '../log/record.ts';
import { FRAME_HEAD, writeFrameHead } from '../rpc/framing.ts';
import {
  bytesField,
  bytesFieldSize,
  varintField,
  varintSize,
  writeBytesHead,
  writeVarint,
} from '../wire/protobuf.ts';
import { structuredUuid } from '../wire/uuid.ts';

/** An event as a reader gets it: as it is, or (where it is a resolved link) its target, if there still is one, and the link. */
export type ReadableEvent = {
  readonly event: LogRecord | undefined;
  readonly link: LogRecord | undefined;
};

export type FrameOptions = {
  /** Event ids as text (what the official client asks for), or as two numbers. */
  readonly textIds: boolean;
};

/**
 * Frames messages `{ 1: { 1: event, 2: link, 3: commit_position } }`, the event message of Streams.Read, one after the other in
 * one buffer. The events are copied as they were stored.
 */
export function eventFrames(events: readonly ReadableEvent[], options: FrameOptions): Buffer {
  const parts = events.map((item) => {
    const event = item.event && wireBody(item.event, options);
    const link = item.link && wireBody(item.link, options);
    const position = (item.link ?? item.event)?.position ?? 0;
    const inner =
      (event === undefined ? 0 : bytesFieldSize(event.length)) +
      (link === undefined ? 0 : bytesFieldSize(link.length)) +
      1 +
      varintSize(position);
    return { event, link, position, inner };
  });
  let size = 0;
  for (const part of parts) size += FRAME_HEAD + bytesFieldSize(part.inner);
  const target = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { event, link, position, inner } of parts) {
    at = writeFrameHead(target, at, bytesFieldSize(inner));
    at = writeBytesHead(target, at, 1, inner);
    at = copyField(target, at, 1, event);
    at = copyField(target, at, 2, link);
    target[at] = 3 << 3;
    at = writeVarint(target, at + 1, position);
  }
  return target;
}

/**
 * The event message of PersistentSubscriptions.Read: the same with `retry_count`. Where a link is resolved, the event shows the
 * link's position, as the real server has it.
 */
export function groupEventMessage(item: ReadableEvent, retryCount: number, options: FrameOptions): Buffer {
  const original = item.link ?? item.event;
  const position = original?.position ?? 0;
  const event =
    item.event && item.link
      ? withPosition(item.event, position, options)
      : item.event && wireBody(item.event, options);
  return bytesField(
    1,
    Buffer.concat([
      event === undefined ? Buffer.alloc(0) : bytesField(1, event),
      item.link === undefined ? Buffer.alloc(0) : bytesField(2, wireBody(item.link, options)),
      varintField(3, position, true),
      varintField(5, retryCount, true),
    ]),
  );
}

function copyField(target: Buffer, offset: number, field: number, content: Buffer | undefined): number {
  if (content === undefined) return offset;
  const at = writeBytesHead(target, offset, field, content.length);
  return at + content.copy(target, at);
}

/** The id, as stored: field 1, 38 bytes with the text. */
const STORED_ID = 40;

function wireBody(record: LogRecord, options: FrameOptions): Buffer {
  return options.textIds ? record.body : structured(record, record.body);
}

function withPosition(record: LogRecord, position: number, options: FrameOptions): Buffer {
  const body = Buffer.concat([
    record.bodyWithoutPositions,
    varintField(4, position),
    varintField(5, position),
  ]);
  return options.textIds ? body : structured(record, body);
}

function structured(record: LogRecord, body: Buffer): Buffer {
  return Buffer.concat([bytesField(1, structuredUuid(record.id)), body.subarray(STORED_ID)]);
}
