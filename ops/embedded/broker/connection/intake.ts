import type { Socket } from 'node:net';
import { type Frame, FrameReader, PROTOCOL_HEADER } from '../wire/frame.ts';

/** Who is told of what comes from a client. */
export type IntakeHandlers = {
  /** Something came. */
  heard(): void;
  /** The first eight bytes; after false nothing more is taken. */
  header(bytes: Buffer): boolean;
  /** A promise when the next frame has to wait for what this one asks. */
  frame(frame: Frame): Promise<void> | undefined;
  /** What came is no frame: where the next one starts nobody knows any more, so nothing more is taken. */
  broken(error: unknown): void;
  /** What has to be waited for before more is taken, if anything. */
  congestion(): Promise<unknown> | undefined;
  /** The client is not read for now, or is again. */
  paused(isPaused: boolean): void;
};

/**
 * Takes what one client sends: the protocol header (AMQP 0-9-1, section 4.2.2), then frame after frame. While one has to wait
 * for the disk or for the client, nothing more is read from it.
 */
export class Intake {
  readonly #socket: Socket;
  readonly #handlers: IntakeHandlers;
  readonly #reader = new FrameReader();
  #hasHeader = false;
  #isOver = false;
  #pumping = false;

  constructor(socket: Socket, handlers: IntakeHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', (chunk) => {
      handlers.heard();
      if (this.#isOver) return;
      this.#reader.push(chunk);
      void this.#pump();
    });
  }

  /** Bytes that a frame may have from now on. */
  set maxFrame(bytes: number) {
    this.#reader.maxFrame = bytes;
  }

  /** Takes nothing more. */
  end(): void {
    this.#isOver = true;
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#isOver) {
        const taken = this.#take();
        if (taken === 'nothing') break;
        const congestion = this.#handlers.congestion();
        if (taken === undefined && congestion === undefined) continue;
        this.#socket.pause();
        this.#handlers.paused(true);
        await taken;
        await this.#handlers.congestion();
        this.#handlers.paused(false);
        this.#socket.resume();
      }
    } finally {
      this.#pumping = false;
    }
  }

  #take(): Promise<void> | 'nothing' | undefined {
    if (!this.#hasHeader) {
      const header = this.#reader.take(PROTOCOL_HEADER.length);
      if (!header) return 'nothing';
      this.#hasHeader = true;
      if (!this.#handlers.header(header)) this.end();
      return undefined;
    }
    let frame: Frame | undefined;
    try {
      frame = this.#reader.next();
    } catch (error) {
      this.end();
      this.#handlers.broken(error);
      return 'nothing';
    }
    return frame ? this.#handlers.frame(frame) : 'nothing';
  }
}
