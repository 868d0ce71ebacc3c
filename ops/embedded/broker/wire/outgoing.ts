import type { Socket } from 'node:net';

/** With more than this on its way to a client, no more messages are handed to its consumers. */
const ROOM = 1024 * 1024;
/** With more than this on its way, the client is not read any more: it asks, but does not take the answers. */
const CLOGGED = 8 * 1024 * 1024;

/** What goes out to one client, and how much of it the client has not taken yet. */
export class Outgoing {
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  #reserved = 0;
  #corked = false;
  #waking = false;
  #lastWaiting = 0;
  /** Frames were sent since this was last set to false. */
  active = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => this.#wake());
  }

  get hasRoom(): boolean {
    return this.#reserved + this.#socket.writableLength < ROOM;
  }

  get clogged(): boolean {
    return this.#socket.writableLength > CLOGGED;
  }

  /** Whether the client is not read for all that waits, and has taken nothing of it since this was last asked. */
  isStuck(): boolean {
    const before = this.#lastWaiting;
    this.#lastWaiting = this.#socket.writableLength;
    return this.clogged && this.#lastWaiting >= before;
  }

  /** Calls back once, when there is room again. */
  whenRoom(callback: () => void): void {
    this.#waiting.add(callback);
  }

  /** Counts bytes that will be sent soon. */
  reserve(bytes: number): void {
    this.#reserved += bytes;
  }

  release(bytes: number): void {
    this.#reserved -= bytes;
    if (this.#waiting.size === 0 || this.#waking || this.#reserved > ROOM / 2) return;
    this.#waking = true;
    setImmediate(() => {
      this.#waking = false;
      this.#wake();
    });
  }

  /** Sends frames; those of one turn leave together. */
  send(...frames: readonly Buffer[]): void {
    if (!this.#socket.writable) return;
    this.active = true;
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    for (const frame of frames) this.#socket.write(frame);
  }

  /** Resolves when the client has taken what it was sent, or is gone. */
  async unclogged(): Promise<void> {
    if (!this.clogged || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  #wake(): void {
    if (!this.hasRoom) return;
    const callbacks = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of callbacks) callback();
  }
}
