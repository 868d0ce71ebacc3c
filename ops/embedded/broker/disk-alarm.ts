import { statfs } from 'node:fs/promises';

/** Free bytes below which publishers have to wait: what RabbitMQ has as `disk_free_limit` unless told otherwise. */
const LIMIT = 50_000_000;

/** How many bytes are free for what a folder is to hold. */
export async function freeSpaceFor(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

/** Says whether the disk is too full to take messages. Publishers wait for its relief; who only consumes makes room. */
export class DiskAlarm {
  readonly #freeSpace: () => Promise<number>;
  #raised = false;
  #waiting: (() => void)[] = [];

  constructor(freeSpace: () => Promise<number>) {
    this.#freeSpace = freeSpace;
  }

  /** Too little was free when it was last looked. */
  get raised(): boolean {
    return this.#raised;
  }

  /** Looks how much is free now. What cannot be asked leaves the alarm as it is. */
  async check(): Promise<void> {
    try {
      this.#raised = (await this.#freeSpace()) < LIMIT;
    } catch (error) {
      console.error('The broker cannot tell how much room is left on its disk.', error);
    }
    if (this.#raised) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when there is room again. */
  relief(): Promise<void> {
    if (!this.#raised) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
