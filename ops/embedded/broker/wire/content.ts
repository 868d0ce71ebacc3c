import { AmqpFault } from './fault.ts';
import { endFrame, FRAME_BODY, FRAME_HEADER, FRAME_OVERHEAD, startFrame } from './frame.ts';
import { Reader } from './reader.ts';

const CLASS_BASIC = 60;

/** What a content header frame says (section 4.2.6.1): the size of the body, and the properties as they stand. */
export type ContentHeader = { readonly bodySize: number; readonly properties: Buffer };

export function decodeContentHeader(payload: Buffer): ContentHeader {
  const reader = new Reader(payload);
  const classId = reader.short();
  if (classId !== CLASS_BASIC) throw new AmqpFault(505, `no content of class ${classId} is expected here`);
  reader.short();
  return { bodySize: reader.longlong(), properties: reader.raw(reader.left) };
}

/** The frames that carry the content after its method: the header, and the body in pieces that fit `frameMax`. */
export function encodeContent(
  channel: number,
  properties: Buffer,
  body: Buffer,
  frameMax: number,
): readonly Buffer[] {
  const header = startFrame(FRAME_HEADER, channel);
  header.short(CLASS_BASIC).short(0).longlong(body.length).raw(properties);
  const frames = [endFrame(header)];
  const piece = frameMax - FRAME_OVERHEAD;
  for (let at = 0; at < body.length; at += piece) {
    const frame = startFrame(FRAME_BODY, channel);
    frames.push(endFrame(frame.raw(body.subarray(at, at + piece))));
  }
  return frames;
}
