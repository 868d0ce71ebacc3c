// The same with traces and figures, as a service has them by default: sent to a trace node in a process of its own.
import { join } from 'node:path';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { startTelemetry } from '../../../shared-contracts/runtime/telemetry/start-telemetry.ts';
import { NodeProcess } from '../node-process.ts';

const ENTRY = join(import.meta.dirname, '../../embedded/main.js');

/** A trace node in a process of its own. */
export class TracesProcess {
  /** Where to send spans. */
  readonly url: string;
  readonly #node: NodeProcess;

  private constructor(node: NodeProcess) {
    this.#node = node;
    this.url = node.said;
  }

  static async start(dataDir: string): Promise<TracesProcess> {
    const args = [ENTRY, 'traces', '--port', '0', '--page-port', '0', '--data', dataDir];
    return new TracesProcess(await NodeProcess.start(args, /(http:\/\/[\d.:]+)/));
  }

  stop(): Promise<void> {
    return this.#node.stop();
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
