import { AmqpFault } from './fault.ts';
import { Writer } from './writer.ts';

/** Frame types and the octet that ends every frame (specification, section 2.3.5). */
export const FRAME_METHOD = 1;
export const FRAME_HEADER = 2;
export const FRAME_BODY = 3;
export const FRAME_HEARTBEAT = 8;
const FRAME_END = 0xce;

/** Type, channel, size before the payload and the end octet after it. */
export const FRAME_OVERHEAD = 8;

/** What a client sends first; what a server answers to a client that speaks anything else (section 4.2.2). */
export const PROTOCOL_HEADER = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');

export const HEARTBEAT = Buffer.from([FRAME_HEARTBEAT, 0, 0, 0, 0, 0, 0, FRAME_END]);

export type Frame = { readonly type: number; readonly channel: number; readonly payload: Buffer };

/** Cuts what arrives into frames. Payloads are views of what arrived. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Largest frame that is accepted, in bytes with its overhead. */
  maxFrame = 131_072;

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** The first bytes as they are, once there are enough: the protocol header is no frame. */
  take(size: number): Buffer | undefined {
    if (this.#rest.length < size) return undefined;
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return taken;
  }

  next(): Frame | undefined {
    const bytes = this.#rest;
    if (bytes.length < 7) return undefined;
    const size = bytes.readUInt32BE(3);
    if (size + FRAME_OVERHEAD > this.maxFrame) {
      throw new AmqpFault(501, `a frame of ${size} bytes is larger than the ${this.maxFrame} agreed on`);
    }
    if (bytes.length < size + FRAME_OVERHEAD) return undefined;
    if (bytes[7 + size] !== FRAME_END) throw new AmqpFault(501, 'a frame does not end where its size says');
    this.#rest = bytes.subarray(size + FRAME_OVERHEAD);
    return {
      type: bytes.readUInt8(0),
      channel: bytes.readUInt16BE(1),
      payload: bytes.subarray(7, 7 + size),
    };
  }
}

/** A writer that already holds the start of a frame; `endFrame` completes it. */
export function startFrame(type: number, channel: number): Writer {
  return new Writer().octet(type).short(channel).long(0);
}

/** Puts the size in and the end octet on. */
export function endFrame(writer: Writer): Buffer {
  writer.patchLong(3, writer.size - 7);
  return writer.octet(FRAME_END).finish();
}
