import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { NodeProcess } from './node-process.ts';

const ENTRY = join(import.meta.dirname, '../embedded/eventstore/run.js');
const MB = 1024 * 1024;

/** An event-store node in a process of its own. */
export class StoreProcess {
  readonly port: number;
  readonly #node: NodeProcess;

  private constructor(node: NodeProcess) {
    this.#node = node;
    this.port = Number(node.said);
  }

  static async start(dataDir: string): Promise<StoreProcess> {
    return new StoreProcess(await NodeProcess.start([ENTRY, dataDir], /listening on (\d+)/));
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
    const status = readFileSync(`/proc/${this.#node.pid}/status`, 'utf8');
    const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1];
    return (Number(kilobytes) * 1024) / MB;
  }

  stop(): Promise<void> {
    return this.#node.stop();
  }
}
