import { join } from 'node:path';
import { portOf } from '../shared/port-of.ts';
import type { RunningNode } from '../shared/running-node.ts';
import { createOtlpServer } from './otlp/server.ts';
import { createTracesSite } from './site.ts';
import { openTraceStore } from './store.ts';

export type TracesNodeOptions = {
  /** Where the traces are kept. */
  readonly dataDir: string;
  /** Port of OTLP/HTTP; 0 for any free one. */
  readonly port: number;
  /** Port of the traces page; 0 for any free one. */
  readonly pagePort: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** How many traces are kept, and 30 times as many spans; default 10,000. */
  readonly keepTraces?: number;
};

const MAX_SPANS_PER_TRACE = 10_000;

/** Starts the traces node: OTLP/HTTP that keeps the last traces, and a page to look at them. */
export async function startTracesNode(
  options: TracesNodeOptions,
): Promise<RunningNode<'otlp' | 'tracesPage'>> {
  const host = options.host ?? '127.0.0.1';
  const keepTraces = options.keepTraces ?? 10_000;
  const store = await openTraceStore(options.dataDir, {
    traces: keepTraces,
    spans: Math.max(keepTraces * 30, 2 * MAX_SPANS_PER_TRACE),
    spansPerTrace: MAX_SPANS_PER_TRACE,
  });
  const { app: site, changed } = await createTracesSite(store, join(import.meta.dirname, 'pages'));
  const otlp = createOtlpServer(async (spans) => {
    const added = await store.add(spans);
    changed();
    return added;
  });
  const close = async () => {
    await otlp.close();
    await site.close();
    await store.close();
  };
  try {
    await otlp.listen({ host, port: options.port });
    await site.listen({ host, port: options.pagePort });
  } catch (error) {
    await close();
    throw error;
  }
  return { ports: { otlp: portOf(otlp.server.address()), tracesPage: portOf(site.server.address()) }, close };
}
