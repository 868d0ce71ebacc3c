/** gRPC frames of the HTTP/2 body: a flag byte (1: compressed), the length in four bytes, the message. */
export const FRAME_HEAD = 5;

/** Puts the frame's head at `offset` for a message of `length` bytes and returns the offset after it. */
export function writeFrameHead(target: Buffer, offset: number, length: number): number {
  target[offset] = 0;
  target.writeUInt32BE(length, offset + 1);
  return offset + FRAME_HEAD;
}

export function frame(message: Uint8Array): Buffer {
  const target = Buffer.allocUnsafe(FRAME_HEAD + message.length);
  target.set(message, writeFrameHead(target, 0, message.length));
  return target;
}

export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly reason: 'compressed' | 'too-large';

  constructor(reason: 'compressed' | 'too-large', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Takes frames apart that arrive in pieces of any size. */
export class FrameParser {
  readonly #maxMessage: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxMessage: number) {
    this.#maxMessage = maxMessage;
  }

  /** The messages that are complete with this piece. */
  push(piece: Buffer): Buffer[] {
    this.#parts.push(piece);
    this.#length += piece.length;
    if (this.#parts.length > 1 && this.#length < this.#wanted()) return [];
    let bytes = this.#parts.length === 1 ? piece : Buffer.concat(this.#parts, this.#length);
    const messages: Buffer[] = [];
    while (bytes.length >= FRAME_HEAD) {
      const length = this.#messageLength(bytes);
      if (bytes.length < FRAME_HEAD + length) break;
      messages.push(bytes.subarray(FRAME_HEAD, FRAME_HEAD + length));
      bytes = bytes.subarray(FRAME_HEAD + length);
    }
    this.#parts = bytes.length === 0 ? [] : [bytes];
    this.#length = bytes.length;
    return messages;
  }

  /** How many bytes the frame that has begun needs, as far as that is known. */
  #wanted(): number {
    const first = this.#parts[0];
    return first !== undefined && first.length >= FRAME_HEAD
      ? FRAME_HEAD + this.#messageLength(first)
      : FRAME_HEAD;
  }

  #messageLength(bytes: Buffer): number {
    if (bytes[0] !== 0) throw new FrameError('compressed', 'Compressed messages are not supported.');
    const length = bytes.readUInt32BE(1);
    if (length > this.#maxMessage) {
      throw new FrameError(
        'too-large',
        `A message of ${length} bytes is over the limit of ${this.#maxMessage} bytes.`,
      );
    }
    return length;
  }
}
