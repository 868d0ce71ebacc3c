import type { Socket } from 'node:net';
import type { Broker } from '../broker.ts';
import { Channel } from '../channel/channel.ts';
import { AmqpFault } from '../wire/fault.ts';
import { FRAME_HEARTBEAT, FRAME_METHOD, type Frame, HEARTBEAT, PROTOCOL_HEADER } from '../wire/frame.ts';
import { decodeMethod, encodeMethod, type Method } from '../wire/method-codec.ts';
import { Outgoing } from '../wire/outgoing.ts';
import { Channels, type CloseReason } from './channels.ts';
import { agree, type Client, PROPOSED, startOffer, type Tuned, welcome } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import { Intake } from './intake.ts';

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
  readonly #intake: Intake;
  readonly #channels: Channels;
  readonly #heartbeat: Heartbeat;
  #phase: Phase = 'header';
  #client: Client | undefined;
  #tuned: Tuned = PROPOSED;
  #blocked = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(socket: Socket, broker: Broker, ended: () => void) {
    this.#socket = socket;
    this.#broker = broker;
    this.#outgoing = new Outgoing(socket);
    this.#channels = new Channels(this.#outgoing, (id) => this.#newChannel(id));
    this.name = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
    this.since = broker.now();
    this.#heartbeat = new Heartbeat(
      this.#outgoing,
      () => this.#outgoing.send(HEARTBEAT),
      () => socket.destroy(),
    );
    this.#endAfter(HANDSHAKE_MS);
    socket.setNoDelay(true);
    this.#intake = new Intake(socket, {
      heard: () => this.#heartbeat.heard(),
      header: (bytes) => this.#acceptHeader(bytes),
      frame: (frame) => this.#accept(frame),
      broken: (error) => this.#fail(error, 0),
      congestion: () => this.#congestion(),
      paused: (isPaused) => {
        this.#heartbeat.paused = isPaused;
      },
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
    return this.#channels.all;
  }

  /** It wants to publish, and has to wait until there is room on the disk. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Tells the client that the broker goes down, and ends. */
  shutdown(): void {
    if (this.#phase === 'running') {
      const fault = new AmqpFault(320, "broker forced connection closure with reason 'shutdown'");
      this.#closeWith(closeReason(fault));
    } else this.#socket.destroy();
  }

  /** Ends at once, without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  #acceptHeader(header: Buffer): boolean {
    if (!header.equals(PROTOCOL_HEADER)) {
      this.#phase = 'ended';
      this.#socket.end(PROTOCOL_HEADER);
      return false;
    }
    this.#phase = 'start';
    this.#outgoing.send(encodeMethod(0, 'connection.start', startOffer()));
    return true;
  }

  /** What this client waits for before it is read on: that it takes its answers, and that the disk catches up. */
  #congestion(): Promise<unknown> | undefined {
    const { commits } = this.#broker.store;
    if (!this.#outgoing.clogged && !commits.overloaded) return undefined;
    return this.#outgoing.unclogged().then(() => commits.relief());
  }

  #accept(frame: Frame): Promise<void> | undefined {
    if (frame.type === FRAME_HEARTBEAT) return undefined;
    try {
      if (frame.channel > 0) {
        if (this.#phase === 'closing') return undefined;
        if (this.#phase !== 'running') throw new AmqpFault(504, 'the connection is not open yet');
        if (frame.type !== FRAME_METHOD && this.#channels.acceptContent(frame)) return undefined;
      }
      if (frame.type !== FRAME_METHOD) throw new AmqpFault(505, 'a method is expected here');
      const method = decodeMethod(frame.payload);
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
      this.#intake.end();
      this.#socket.end();
    } else if (this.#phase === 'closing') {
      // Section 1.4.2.6: after a close nothing but its answer counts.
    } else if (method.name === 'connection.start-ok' && this.#phase === 'start') {
      this.#client = welcome(method.args);
      this.#outgoing.send(encodeMethod(0, 'connection.tune', PROPOSED));
      this.#phase = 'tune';
    } else if (method.name === 'connection.tune-ok' && this.#phase === 'tune') {
      this.#tuned = agree(method.args);
      this.#intake.maxFrame = this.#tuned.frameMax;
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

  /** @throws AmqpFault */
  #channelMethod(id: number, method: Method): Promise<void> | undefined {
    if (method.name !== 'basic.publish' || !this.#broker.diskAlarm.raised) {
      return this.#channels.handle(id, method);
    }
    return this.#waitForDisk().then(() => {
      if (this.#phase === 'running') return this.#channels.handle(id, method);
    });
  }

  /** Holds a publisher up, and tells it where it wants to know (`connection.blocked`, an extension of RabbitMQ). */
  async #waitForDisk(): Promise<void> {
    this.#blocked = true;
    const isTold = this.#client?.blockedNotify ?? false;
    if (isTold)
      this.#outgoing.send(encodeMethod(0, 'connection.blocked', { reason: 'the disk is almost full' }));
    await this.#broker.diskAlarm.relief();
    this.#blocked = false;
    if (isTold && this.#phase === 'running') this.#outgoing.send(encodeMethod(0, 'connection.unblocked', {}));
  }

  #newChannel(id: number): Channel {
    const { channelMax, frameMax } = this.#tuned;
    if (id > channelMax)
      throw new AmqpFault(530, `channel ${id} is above the negotiated channel_max (${channelMax})`);
    return new Channel(id, {
      broker: this.#broker,
      connection: this,
      connectionName: this.name,
      user: this.#client?.user ?? '',
      frameMax,
      outgoing: this.#outgoing,
      cancelNotify: this.#client?.cancelNotify ?? false,
    });
  }

  /** Ends the channel or the connection that a fault belongs to, with its reply code. */
  #fail(error: unknown, channelId: number, payload?: Buffer): void {
    const fault =
      error instanceof AmqpFault
        ? error
        : new AmqpFault(541, error instanceof Error ? error.message : String(error));
    const reason = closeReason(fault, payload);
    if (fault.scope === 'channel' && this.#channels.fail(channelId, reason)) return;
    this.#closeWith(reason);
  }

  #closeWith(reason: CloseReason): void {
    if (this.#phase === 'closing' || this.#phase === 'ended') return;
    this.#release();
    this.#phase = 'closing';
    this.#endAfter(CLOSE_MS);
    this.#outgoing.send(encodeMethod(0, 'connection.close', reason));
  }

  #endAfter(milliseconds: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.destroy(), milliseconds);
  }

  /** Gives back all that the client held. */
  #release(): void {
    this.#channels.close();
    this.#broker.queues.deleteOwned(this);
  }

  #end(): void {
    this.#phase = 'ended';
    this.#intake.end();
    clearTimeout(this.#deadline);
    this.#heartbeat.stop();
    this.#release();
  }
}

/** @param payload of the method that the fault is about, where it is about one */
function closeReason(fault: AmqpFault, payload?: Buffer): CloseReason {
  const isMethod = payload !== undefined && payload.length >= 4;
  return {
    replyCode: fault.replyCode,
    replyText: cut(fault.message),
    classId: isMethod ? payload.readUInt16BE(0) : 0,
    methodId: isMethod ? payload.readUInt16BE(2) : 0,
  };
}

/** Reply texts are short strings. */
function cut(text: string): string {
  return Buffer.byteLength(text) <= 255 ? text : `${text.slice(0, 60)}…`;
}
