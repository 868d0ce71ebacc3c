import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { type Principal, SYSTEM } from '../access/principal.ts';
import { FrameError, FrameParser, frame } from './framing.ts';
import { RpcError, STATUS } from './status.ts';

/** The largest message that a client may send, in bytes. */
const MAX_MESSAGE = 64 * 1024 * 1024;

const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };

/** Why a call's signal aborts. One for all calls: an error of its own, with a stack, is a tenth of what a short read costs. */
const OVER = new Error('The call is over.');

/** One call, as its handler sees it. */
export class ServerCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the call is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** Who calls; set before the handler runs. */
  principal: Principal = SYSTEM;
  readonly #stream: ServerHttp2Stream;
  readonly #over = new AbortController();
  #responded = false;
  #deadline: NodeJS.Timeout | undefined;
  #drained: Promise<void> | undefined;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream;
    this.headers = headers;
    this.path = headers[':path'] ?? '';
    this.signal = this.#over.signal;
    stream.on('error', () => this.#end());
    stream.on('close', () => this.#end());
    const timeout = parseTimeout(headers['grpc-timeout']);
    if (timeout !== undefined) {
      this.#deadline = setTimeout(() => {
        this.finish(new RpcError(STATUS.deadlineExceeded, 'Deadline Exceeded'));
      }, timeout);
    }
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** The messages of the client, as they arrive, several at a time; ends when the client has sent its last one. */
  async *requests(): AsyncGenerator<Buffer[]> {
    const parser = new FrameParser(MAX_MESSAGE);
    try {
      for await (const piece of this.#stream.iterator({ destroyOnReturn: false })) {
        const messages = parser.push(piece);
        if (messages.length > 0) yield messages;
      }
    } catch (error) {
      if (this.isOver || this.#stream.destroyed) return;
      throw error instanceof FrameError
        ? new RpcError(
            error.reason === 'too-large' ? STATUS.resourceExhausted : STATUS.unimplemented,
            error.message,
          )
        : error;
    }
  }

  /** The only message of a client that sends one. */
  async request(): Promise<Buffer> {
    for await (const messages of this.requests()) {
      const [message] = messages;
      if (message === undefined) continue;
      this.#stream.resume();
      return message;
    }
    throw new RpcError(STATUS.internal, 'The request has no message.');
  }

  /** Sends a message. */
  send(message: Uint8Array): void {
    this.sendFrames(frame(message));
  }

  /** Sends messages that are framed already; false when the client is slow and the caller should await {@link drained}. */
  sendFrames(frames: Buffer): boolean {
    if (this.isOver || this.#stream.closed || this.#stream.destroyed) return true;
    this.respond();
    return this.#stream.write(frames);
  }

  /** Is there no room at the moment for more to send? */
  get isCongested(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** Resolves when there is room to send again, or the call is over. */
  drained(): Promise<void> {
    if (this.isOver || !this.#stream.writableNeedDrain) return Promise.resolve();
    this.#drained ??= new Promise((resolve) => {
      const done = (): void => {
        this.#stream.off('drain', done);
        this.signal.removeEventListener('abort', done);
        this.#drained = undefined;
        resolve();
      };
      this.#stream.once('drain', done);
      this.signal.addEventListener('abort', done, { once: true });
    });
    return this.#drained;
  }

  /** Sends the response's headers, where that has not been done. */
  respond(): void {
    if (this.#responded || this.#stream.closed || this.#stream.destroyed) return;
    this.#responded = true;
    this.#stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
  }

  /** Ends the call: OK, or with an error's status and trailers. */
  finish(error?: RpcError): void {
    if (this.isOver || this.#stream.closed || this.#stream.destroyed) {
      this.#end();
      return;
    }
    const trailers = error === undefined ? { 'grpc-status': '0' } : errorTrailers(error);
    if (!this.#responded) {
      this.#responded = true;
      this.#stream.respond({ ...RESPONSE_HEADERS, ...trailers }, { endStream: true });
      // A client may still be sending; what it sends now is read and dropped until it notices.
      this.#stream.resume();
    } else {
      this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(trailers));
      this.#stream.end();
    }
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#deadline);
    this.#over.abort(OVER);
  }
}

function errorTrailers(error: RpcError): Record<string, string> {
  return {
    ...error.trailers,
    'grpc-status': String(error.code),
    'grpc-message': percentEncode(error.message),
  };
}

/** The encoding of `grpc-message`: printable ASCII as it is, `%` and everything else as percent-encoded UTF-8. */
function percentEncode(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x7e]+/g, (part) =>
    Array.from(Buffer.from(part), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000001,
};
const LONGEST_TIMER = 2 ** 31 - 1;

/** `grpc-timeout` in milliseconds; undefined where there is none, or none that a timer can hold. */
function parseTimeout(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(header);
  if (match === null) return undefined;
  const milliseconds = Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1);
  return milliseconds > LONGEST_TIMER ? undefined : milliseconds;
}
