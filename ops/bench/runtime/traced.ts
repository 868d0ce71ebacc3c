// The same with traces and figures, as a service has them by default: sent to a trace node in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { startTelemetry } from '../../../shared-contracts/runtime/telemetry/start-telemetry.ts';

const ENTRY = join(import.meta.dirname, '../../embedded/main.js');

/** A trace node in a process of its own. */
export class TracesProcess {
  /** Where to send spans. */
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.url = url;
  }

  static async start(dataDir: string): Promise<TracesProcess> {
    const child = spawn(
      process.execPath,
      [ENTRY, 'traces', '--port', '0', '--page-port', '0', '--data', dataDir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const [url] = /http:\/\/[\d.:]+/.exec(String(line)) ?? [];
    if (url === undefined) throw new Error('The trace node did not start.');
    return new TracesProcess(child, url);
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}

/** Runs a piece of work with telemetry on, and turns it off again; what is left to send goes after the work. */
export async function traced<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = url;
  const telemetry = startTelemetry('bench', process.env);
  try {
    return await work();
  } finally {
    await telemetry.stop();
    for (const api of [trace, context, propagation, metrics]) api.disable();
  }
}
