/** More than this waiting to be written, and publishers are no longer read. */
const HIGH_WATER = 16 * 1024 * 1024;
const LOW_WATER = HIGH_WATER / 2;

type Batch = {
  readonly committed: Promise<unknown>;
  isCommitted: boolean;
  bytes: number;
  /** Also of what was asked for while these run. */
  readonly callbacks: (() => void)[];
};

/**
 * Follows the batches that lmdb commits in the background: runs what has to wait for a commit (visible, and
 * survives the death of this process) or for a flush (survives the death of the machine), in the order it was
 * asked for, and counts the bytes that are still to be written.
 */
export class Commits {
  readonly #flushed: () => PromiseLike<unknown>;
  readonly #onFailure: (error: unknown) => void;
  /** Not settled yet, oldest first: lmdb may tell of two batches in the wrong order. */
  readonly #batches: Batch[] = [];
  #settling = false;
  #flushCallbacks: (() => void)[] | undefined;
  #pendingBytes = 0;
  #reliefCallbacks: (() => void)[] = [];

  constructor(flushed: () => PromiseLike<unknown>, onFailure: (error: unknown) => void) {
    this.#flushed = flushed;
    this.#onFailure = onFailure;
  }

  /** Notes a write of `bytes`, whose commit `committed` tells. */
  wrote(committed: Promise<unknown>, bytes: number): void {
    this.#pendingBytes += bytes;
    const last = this.#batches.at(-1);
    if (last?.committed === committed) {
      last.bytes += bytes;
      return;
    }
    const batch: Batch = { committed, isCommitted: false, bytes, callbacks: [] };
    this.#batches.push(batch);
    committed.then(() => {
      batch.isCommitted = true;
      this.#settle();
    }, this.#onFailure);
  }

  /**
   * Runs `callback` once all that was written so far is committed, after all that was asked for before: at once if
   * there is nothing to wait for.
   */
  afterCommit(callback: () => void): void {
    const last = this.#batches.at(-1);
    if (last) last.callbacks.push(callback);
    else callback();
  }

  /** Runs `callback` once all that was written so far is on disk. */
  afterFlush(callback: () => void): void {
    if (this.#flushCallbacks) {
      this.#flushCallbacks.push(callback);
      return;
    }
    const callbacks = [callback];
    this.#flushCallbacks = callbacks;
    queueMicrotask(() => {
      this.#flushCallbacks = undefined;
      this.#flushed().then(() => {
        for (const each of callbacks) each();
      }, this.#onFailure);
    });
  }

  /** Whether publishers should wait before more is taken from them. */
  get overloaded(): boolean {
    return this.#pendingBytes > HIGH_WATER;
  }

  /** Resolves when the disk has caught up. */
  relief(): Promise<void> {
    if (!this.overloaded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#reliefCallbacks.push(resolve);
    });
  }

  #settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    try {
      for (let batch = this.#batches[0]; batch?.isCommitted; batch = this.#batches[0]) {
        this.#pendingBytes -= batch.bytes;
        for (const callback of batch.callbacks) callback();
        this.#batches.shift();
      }
    } finally {
      this.#settling = false;
    }
    if (this.#pendingBytes > LOW_WATER) return;
    const waiting = this.#reliefCallbacks;
    this.#reliefCallbacks = [];
    for (const resolve of waiting) resolve();
  }
}
