import { connect, type Socket } from 'node:net';
import { waitFor } from '../../shared/testing/wait-for.ts';

/** A client that says what it likes, frame by frame; for what the official one would never send. */
export type RawClient = {
  readonly socket: Socket;
  send(...bytes: readonly Buffer[]): void;
  /** The reply code of the connection.close that the broker answers with; undefined if it just hangs up. */
  closeCode(): Promise<number | undefined>;
};

export const PROTOCOL = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

/** A frame as section 2.3.5 of the specification lays it out. */
export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}

/** A method frame: class and method number, then its arguments as bytes. */
export function method(
  channel: number,
  classId: number,
  methodId: number,
  ...args: readonly Buffer[]
): Buffer {
  return frame(1, channel, Buffer.concat([Buffer.from([0, classId, 0, methodId]), ...args]));
}

export function short(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

/** Opens a connection to the virtual host with channel 1 on it; `heartbeat` in seconds. */
export async function openRaw(url: string, heartbeat = 0, { channelMax = 10 } = {}): Promise<RawClient> {
  const address = new URL(url);
  const socket = connect(Number(address.port), address.hostname);
  socket.setNoDelay(true);
  let received: Buffer = Buffer.alloc(0);
  let ended = false;
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    ended = true;
  });
  const has = (classId: number, methodId: number) =>
    framesOf(received).find(
      (payload) => payload.readUInt16BE(0) === classId && payload.readUInt16BE(2) === methodId,
    );
  const login = Buffer.from('\0guest\0guest');
  socket.write(PROTOCOL);
  await waitFor('connection.start', () => has(10, 10) !== undefined);
  const empty = Buffer.alloc(4);
  const loginSize = Buffer.from([0, 0, 0, login.length]);
  socket.write(method(0, 10, 11, empty, short('PLAIN'), loginSize, login, short('en_US')));
  await waitFor('connection.tune', () => has(10, 30) !== undefined);
  socket.write(method(0, 10, 31, Buffer.from([0, channelMax, 0, 2, 0, 0, 0, heartbeat])));
  socket.write(method(0, 10, 40, short('/'), Buffer.from([0, 0])));
  socket.write(method(1, 20, 10, Buffer.from([0])));
  await waitFor('channel.open-ok', () => has(20, 11) !== undefined);
  return {
    socket,
    send(...bytes) {
      socket.write(Buffer.concat(bytes));
    },
    async closeCode() {
      await waitFor('the connection to be closed', () => ended || has(10, 50) !== undefined);
      return has(10, 50)?.readUInt16BE(4);
    },
  };
}

/** The payloads of the method frames in what was received. */
function framesOf(bytes: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at + 7 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at + 3);
    if (at + 8 + size > bytes.length) break;
    if (bytes[at] === 1) payloads.push(bytes.subarray(at + 7, at + 7 + size));
    at += 8 + size;
  }
  return payloads;
}
