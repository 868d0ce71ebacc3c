import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '../embedded/mongodb/run-alone.js');

/** A MongoDB node in a process of its own. */
export class MongoProcess {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.url = `mongodb://127.0.0.1:${port}`;
    this.#process = child;
  }

  static async start(dataDir: string): Promise<MongoProcess> {
    const child = fork(ENTRY, [dataDir]);
    const [ports]: { mongodb: number }[] = await once(child, 'message');
    if (ports === undefined) throw new Error('The MongoDB node did not start.');
    return new MongoProcess(child, ports.mongodb);
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}
