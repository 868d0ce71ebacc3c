import type { Socket } from 'node:net';
import type { Broker } from '../broker.ts';
import { Channel } from '../channel/channel.ts';
import { handleMethod } from '../channel/handle-method.ts';
import { AmqpFault } from '../wire/fault.ts';
import {
  FRAME_HEARTBEAT,
  FRAME_METHOD,
  type Frame,
  FrameReader,
  HEARTBEAT,
  PROTOCOL_HEADER,
} from '../wire/frame.ts';
import { decodeMethod, encodeMethod, type Method } from '../wire/method-codec.ts';
import { agree, type Client, PROPOSED, startOffer, type Tuned, welcome } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import { Outgoing } from './outgoing.ts';

/** How long a client may take to open, and to answer a close. */
const HANDSHAKE_MS = 10_000;
const CLOSE_MS = 5_000;

type Phase = 'header' | 'start' | 'tune' | 'open' | 'running' | 'closing' | 'ended';

/** One client: from the protocol header to the closed socket. */
export class Connection {
  readonly name: string;
  readonly since: number;
  readonly #broker: Broker;
  readonly #socket: Socket;
  readonly #outgoing: Outgoing;
  readonly #reader = new FrameReader();
  readonly #channels = new Map<number, Channel>();
  /** Channels that were closed by the broker and whose close-ok has not come. */
  readonly #closingChannels = new Set<number>();
  readonly #heartbeat: Heartbeat;
  #phase: Phase = 'header';
  #client: Client | undefined;
  #tuned: Tuned = PROPOSED;
  #pumping = false;
  #deaf = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(socket: Socket, broker: Broker, ended: () => void) {
    this.#socket = socket;
    this.#broker = broker;
    this.#outgoing = new Outgoing(socket);
    this.name = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    this.since = broker.now();
    this.#heartbeat = new Heartbeat(
      this.#outgoing,
      () => this.#outgoing.send(HEARTBEAT),
      () => socket.destroy(),
    );
    this.#endAfter(HANDSHAKE_MS);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#heartbeat.heard();
      if (this.#deaf) return;
      this.#reader.push(chunk);
      void this.#pump();
    });
    socket.on('close', () => {
      this.#end();
      ended();
    });
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  /** Tells the client that the broker goes down, and ends. */
  shutdown(): void {
    if (this.#phase === 'running') {
      this.#closeWith(new AmqpFault(320, "broker forced connection closure with reason 'shutdown'"), 0, 0);
    } else this.#socket.destroy();
  }

  /** Ends at once, without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Takes frame after frame; while one has to wait for the disk or the client, nothing more is read. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (;;) {
        const waiting = this.#step();
        if (waiting === 'idle') break;
        if (waiting === undefined && !this.#outgoing.clogged && !this.#broker.store.commits.overloaded)
          continue;
        this.#socket.pause();
        this.#heartbeat.paused = true;
        await waiting;
        await this.#outgoing.unclogged();
        await this.#broker.store.commits.relief();
        this.#heartbeat.paused = false;
        this.#socket.resume();
      }
    } finally {
      this.#pumping = false;
    }
  }

  #step(): Promise<void> | 'idle' | undefined {
    if (this.#phase === 'ended' || this.#deaf) return 'idle';
    if (this.#phase === 'header') return this.#acceptHeader();
    try {
      const frame = this.#reader.next();
      return frame ? this.#accept(frame) : 'idle';
    } catch (error) {
      // Where the next frame starts nobody knows any more.
      this.#deaf = true;
      this.#fail(error, 0, undefined);
      return 'idle';
    }
  }

  #acceptHeader(): 'idle' | undefined {
    const header = this.#reader.take(PROTOCOL_HEADER.length);
    if (!header) return 'idle';
    if (!header.equals(PROTOCOL_HEADER)) {
      this.#phase = 'ended';
      this.#socket.end(PROTOCOL_HEADER);
      return 'idle';
    }
    this.#phase = 'start';
    this.#outgoing.send(encodeMethod(0, 'connection.start', startOffer()));
    return undefined;
  }

  #accept(frame: Frame): Promise<void> | undefined {
    if (frame.type === FRAME_HEARTBEAT) return undefined;
    let method: Method | undefined;
    try {
      if (frame.channel > 0) {
        if (this.#phase === 'closing') return undefined;
        if (this.#phase !== 'running') throw new AmqpFault(504, 'the connection is not open yet');
        const channel = this.#channels.get(frame.channel);
        if (channel && frame.type !== FRAME_METHOD) {
          channel.acceptContent(frame);
          return undefined;
        }
        if (frame.type !== FRAME_METHOD && this.#closingChannels.has(frame.channel)) return undefined;
      }
      if (frame.type !== FRAME_METHOD) throw new AmqpFault(505, 'a method is expected here');
      method = decodeMethod(frame.payload);
      if (frame.channel === 0) {
        this.#control(method);
        return undefined;
      }
      const waiting = this.#channelMethod(frame.channel, method);
      return waiting?.catch((error: unknown) => this.#fail(error, frame.channel, frame.payload));
    } catch (error) {
      this.#fail(error, frame.channel, frame.payload);
      return undefined;
    }
  }

  #control(method: Method): void {
    if (method.name === 'connection.close' && this.#phase !== 'header') {
      this.#outgoing.send(encodeMethod(0, 'connection.close-ok', {}));
      this.#end();
      this.#socket.end();
    } else if (method.name === 'connection.close-ok' && this.#phase === 'closing') {
      this.#phase = 'ended';
      this.#socket.end();
    } else if (this.#phase === 'closing') {
      // Section 1.4.2.6: after a close nothing but its answer counts.
    } else if (method.name === 'connection.start-ok' && this.#phase === 'start') {
      this.#client = welcome(method.args);
      this.#outgoing.send(encodeMethod(0, 'connection.tune', PROPOSED));
      this.#phase = 'tune';
    } else if (method.name === 'connection.tune-ok' && this.#phase === 'tune') {
      this.#tuned = agree(method.args);
      this.#reader.maxFrame = this.#tuned.frameMax;
      this.#heartbeat.start(this.#tuned.heartbeat);
      this.#phase = 'open';
    } else if (method.name === 'connection.open' && this.#phase === 'open') {
      const { virtualHost } = method.args;
      if (virtualHost !== '/') throw new AmqpFault(530, `vhost ${virtualHost} not found`);
      this.#phase = 'running';
      clearTimeout(this.#deadline);
      this.#outgoing.send(encodeMethod(0, 'connection.open-ok', {}));
    } else {
      throw new AmqpFault(this.#phase === 'running' ? 504 : 503, `${method.name} is not expected here`);
    }
  }

  #channelMethod(id: number, method: Method): Promise<void> | undefined {
    const channel = this.#channels.get(id);
    if (this.#closingChannels.has(id)) {
      if (method.name === 'channel.close-ok') this.#closingChannels.delete(id);
      if (method.name === 'channel.close') this.#outgoing.send(encodeMethod(id, 'channel.close-ok', {}));
      return undefined;
    }
    if (method.name === 'channel.open') {
      if (channel) throw new AmqpFault(504, "second 'channel.open' seen");
      if (id > this.#tuned.channelMax) {
        throw new AmqpFault(
          530,
          `channel ${id} is above the negotiated channel_max (${this.#tuned.channelMax})`,
        );
      }
      this.#channels.set(id, this.#newChannel(id));
      this.#outgoing.send(encodeMethod(id, 'channel.open-ok', {}));
      return undefined;
    }
    if (!channel) throw new AmqpFault(504, "expected 'channel.open'");
    if (channel.expectsContent) throw new AmqpFault(505, 'a content header or body is expected here');
    if (method.name === 'channel.close') {
      this.#channels.delete(id);
      channel.close();
      this.#outgoing.send(encodeMethod(id, 'channel.close-ok', {}));
      return undefined;
    }
    return handleMethod(channel, method);
  }

  #newChannel(id: number): Channel {
    return new Channel(id, {
      broker: this.#broker,
      connection: this,
      connectionName: this.name,
      user: this.#client?.user ?? '',
      frameMax: this.#tuned.frameMax,
      outgoing: this.#outgoing,
      cancelNotify: this.#client?.cancelNotify ?? false,
    });
  }

  /** Ends the channel or the connection that a fault belongs to, with its reply code. */
  #fail(error: unknown, channelId: number, payload: Buffer | undefined): void {
    const fault =
      error instanceof AmqpFault
        ? error
        : new AmqpFault(541, error instanceof Error ? error.message : String(error));
    const isMethod = payload !== undefined && payload.length >= 4;
    const classId = isMethod ? payload.readUInt16BE(0) : 0;
    const methodId = isMethod ? payload.readUInt16BE(2) : 0;
    const channel = this.#channels.get(channelId);
    if (fault.scope === 'connection' || !channel) {
      this.#closeWith(fault, classId, methodId);
      return;
    }
    this.#channels.delete(channelId);
    this.#closingChannels.add(channelId);
    channel.close();
    this.#outgoing.send(
      encodeMethod(channelId, 'channel.close', {
        replyCode: fault.replyCode,
        replyText: cut(fault.message),
        classId,
        methodId,
      }),
    );
  }

  #closeWith(fault: AmqpFault, classId: number, methodId: number): void {
    if (this.#phase === 'closing' || this.#phase === 'ended') return;
    this.#release();
    this.#phase = 'closing';
    this.#endAfter(CLOSE_MS);
    const args = { replyCode: fault.replyCode, replyText: cut(fault.message), classId, methodId };
    this.#outgoing.send(encodeMethod(0, 'connection.close', args));
  }

  #endAfter(milliseconds: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.destroy(), milliseconds);
  }

  /** Gives back all that the client held. */
  #release(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#broker.queues.deleteOwned(this);
  }

  #end(): void {
    this.#phase = 'ended';
    clearTimeout(this.#deadline);
    this.#heartbeat.stop();
    this.#release();
  }
}

/** Reply texts are short strings. */
function cut(text: string): string {
  return Buffer.byteLength(text) <= 255 ? text : `${text.slice(0, 60)}…`;
}
