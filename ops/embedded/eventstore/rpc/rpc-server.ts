import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Principal } from '../access/principal.ts';
import { ServerCall } from './server-call.ts';
import { RpcError, STATUS } from './status.ts';

/** Serves one method, from its first message to {@link ServerCall.finish}, which the server calls when it returns or throws. */
export type Handler = (call: ServerCall) => Promise<void> | void;

type RpcServerOptions = {
  /** By full method path, `/package.Service/Method`. */
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Asked before each call who it is; throws an RpcError to refuse it. */
  readonly admit: (call: ServerCall) => Principal | Promise<Principal>;
  /** What to answer to errors that are not RpcErrors, where they mean something; undefined where they are a fault. */
  readonly translate: (error: unknown) => RpcError | undefined;
  /** Hears of errors that are this node's own fault. */
  readonly report: (error: unknown, path: string) => void;
};

const WINDOW = 4 * 1024 * 1024;

/**
 * gRPC over HTTP/2, on Node's own `http2`. It writes many messages at once where a handler has framed them together, which the
 * server of `@grpc/grpc-js`, one write and one callback for each message, does not: see the README for what that gains.
 */
export class RpcServer {
  readonly #http: Http2Server;
  readonly #options: RpcServerOptions;
  readonly #sessions = new Set<ServerHttp2Session>();
  #openCalls = 0;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#http = createServer({
      settings: { initialWindowSize: WINDOW, maxConcurrentStreams: 10_000 },
      maxSessionMemory: 256,
    });
    this.#http.on('session', (session) => {
      session.setLocalWindowSize(WINDOW * 4);
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
      session.on('error', () => session.destroy());
    });
    this.#http.on('stream', (stream, headers) => {
      void this.#serve(new ServerCall(stream, headers));
    });
    this.#http.on('sessionError', () => {});
  }

  /** Takes over a connection whose client speaks HTTP/2. */
  accept(socket: Socket): void {
    this.#http.emit('connection', socket);
  }

  /** Lets open calls end by themselves for a while, then ends them. */
  async close(patienceMs: number): Promise<void> {
    const gone = [...this.#sessions].map(
      (session) =>
        new Promise<void>((resolve) => {
          session.once('close', resolve);
          session.close();
        }),
    );
    const timer = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, patienceMs);
    await Promise.all(gone);
    clearTimeout(timer);
  }

  /** How many calls are under way. */
  get openCalls(): number {
    return this.#openCalls;
  }

  async #serve(call: ServerCall): Promise<void> {
    this.#openCalls += 1;
    call.signal.addEventListener('abort', () => {
      this.#openCalls -= 1;
    });
    try {
      const handler = this.#options.handlers.get(call.path);
      if (handler === undefined) throw new RpcError(STATUS.unimplemented, 'Method is unimplemented.');
      const admitted = this.#options.admit(call);
      // Nothing is waited for where it is known at once: it would cost every call a turn.
      call.principal = admitted instanceof Promise ? await admitted : admitted;
      await handler(call);
      call.finish();
    } catch (error) {
      const known = error instanceof RpcError ? error : this.#options.translate(error);
      if (known !== undefined) {
        call.finish(known);
        return;
      }
      if (!call.isOver) this.#options.report(error, call.path);
      call.finish(new RpcError(STATUS.unknown, 'Exception was thrown by handler.'));
    }
  }
}
