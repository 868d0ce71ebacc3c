import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { portOf } from '../../shared/port-of.ts';
import type { RpcServer } from '../rpc/rpc-server.ts';
import type { Tls } from './tls.ts';

/** An HTTP/2 client begins with this (RFC 9113, section 3.4); an HTTP/1.1 client never does. */
const PREFACE = Buffer.from('PRI * HTTP/2.0');

/** How long a client that has said nothing yet may keep its connection. */
const SILENCE_MS = 30_000;
/** How long calls may take to end when the node stops. */
const PATIENCE_MS = 1000;

type ConnectionsOptions = {
  readonly rpc: RpcServer;
  readonly http: RequestListener;
  readonly host: string;
  readonly port: number;
  /** Without it connections are not encrypted. */
  readonly tls: Tls | undefined;
};

/** One port for gRPC and for HTTP/1.1, told apart by the first bytes (or, with TLS, by what was negotiated). */
export class Connections {
  readonly #server: Server;
  readonly #http: HttpServer;
  readonly #rpc: RpcServer;
  readonly #open = new Set<Socket>();

  private constructor(options: ConnectionsOptions) {
    this.#rpc = options.rpc;
    this.#http = createHttpServer(options.http);
    this.#server =
      options.tls === undefined
        ? createTcpServer({ noDelay: true }, (socket) => this.#takePlain(socket))
        : createTlsServer({ ...options.tls, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) =>
            this.#takeTls(socket),
          );
  }

  static async listen(options: ConnectionsOptions): Promise<Connections> {
    const connections = new Connections(options);
    await new Promise<void>((resolve, reject) => {
      connections.#server.once('error', reject);
      connections.#server.listen(options.port, options.host, () => {
        connections.#server.off('error', reject);
        resolve();
      });
    });
    return connections;
  }

  get port(): number {
    return portOf(this.#server.address());
  }

  /** How many connections are open. */
  get count(): number {
    return this.#open.size;
  }

  /** Accepts nobody any more, lets calls come to their end for a second, and ends the connections. */
  async close(): Promise<void> {
    this.#server.close();
    await this.#rpc.close(PATIENCE_MS);
    for (const socket of this.#open) socket.destroy();
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #takePlain(socket: Socket): void {
    this.#track(socket);
    const giveUp = setTimeout(() => socket.destroy(), SILENCE_MS);
    socket.once('close', () => clearTimeout(giveUp));
    let seen = Buffer.alloc(0);
    const look = (): void => {
      const piece: Buffer | null = socket.read();
      if (piece === null) return;
      seen = Buffer.concat([seen, piece]);
      const length = Math.min(seen.length, PREFACE.length);
      const mayBeHttp2 = seen.subarray(0, length).equals(PREFACE.subarray(0, length));
      if (mayBeHttp2 && length < PREFACE.length) return;
      clearTimeout(giveUp);
      socket.off('readable', look);
      socket.unshift(seen);
      if (mayBeHttp2) this.#rpc.accept(socket);
      else this.#http.emit('connection', socket);
    };
    socket.on('readable', look);
  }

  #takeTls(socket: TLSSocket): void {
    this.#track(socket);
    if (socket.alpnProtocol === 'h2') this.#rpc.accept(socket);
    else this.#http.emit('connection', socket);
  }
}
