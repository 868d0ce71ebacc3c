import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';

const ENTRY = join(import.meta.dirname, '../embedded/eventstore/run.js');
const MB = 1024 * 1024;

/** An event-store node in a process of its own. */
export class StoreProcess {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.port = port;
  }

  static async start(dataDir: string): Promise<StoreProcess> {
    const child = spawn(process.execPath, [ENTRY, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<number>((resolve, reject) => {
      let said = '';
      child.once('exit', (code) => reject(new Error(`The node ended with ${code} before it was ready.`)));
      child.stdout.on('data', (piece: Buffer) => {
        said += piece.toString();
        const match = /listening on (\d+)/.exec(said);
        if (match !== null) resolve(Number(match[1]));
      });
    });
    return new StoreProcess(child, port);
  }

  connect(): EventStoreDBClient {
    return EventStoreDBClient.connectionString(`esdb://127.0.0.1:${this.port}?tls=false`);
  }

  /** Resident memory in MB. */
  residentMemory(): number {
    return this.#memory('VmRSS');
  }

  /** Memory in MB that is not backed by files. */
  anonymousMemory(): number {
    return this.#memory('RssAnon');
  }

  #memory(field: string): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1];
    return (Number(kilobytes) * 1024) / MB;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }
}
