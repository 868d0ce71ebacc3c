import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** An embedded node in a process of its own, as somebody would run it. */
export class NodeProcess {
  /** What the node said of where it listens. */
  readonly said: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, said: string) {
    this.#process = child;
    this.said = said;
  }

  /** @param listening finds what is wanted in a line of what the node prints: its first group. */
  static async start(args: readonly string[], listening: RegExp): Promise<NodeProcess> {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The node ended with ${code} before it was ready.`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, found] = listening.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    return new NodeProcess(child, said);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}
