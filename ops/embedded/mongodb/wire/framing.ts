import type { Socket } from 'node:net';
import { CommandError } from '../errors.ts';

/** Largest message, in bytes, that is taken, as in MongoDB. */
export const MAX_MESSAGE_BYTES = 48_000_000;

const HEADER_BYTES = 16;

/** Operation codes of MongoDB's wire protocol. */
export const OPCODE = { reply: 1, query: 2004, compressed: 2012, msg: 2013 } as const;

export type Message = { readonly requestId: number; readonly opcode: number; readonly body: Buffer };

/**
 * Cuts what comes over a socket into messages. The socket is read no further than the message that is being handled.
 *
 * @throws CommandError when a header claims an impossible length: the connection cannot go on then.
 */
export async function* readMessages(socket: Socket): AsyncGenerator<Message, void> {
  let chunks: Buffer[] = [];
  let available = 0;
  let needed = HEADER_BYTES;
  for await (const chunk of socket) {
    chunks.push(chunk);
    available += chunk.length;
    while (available >= needed) {
      const all = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      const length = all.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
        throw new CommandError(17, `A message of ${length} bytes is not possible.`);
      }
      chunks = [all];
      needed = length;
      if (available < length) break;
      const rest = all.subarray(length);
      chunks = rest.length > 0 ? [rest] : [];
      available = rest.length;
      needed = HEADER_BYTES;
      yield {
        requestId: all.readInt32LE(4),
        opcode: all.readInt32LE(12),
        body: all.subarray(HEADER_BYTES, length),
      };
    }
  }
}

export function frame(
  requestId: number,
  responseTo: number,
  opcode: number,
  parts: readonly Buffer[],
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + parts.reduce((sum, part) => sum + part.length, 0), 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, ...parts]);
}
