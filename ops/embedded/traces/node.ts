import { openDataFolder } from '../shared/data-folder.ts';
import { portOf } from '../shared/port-of.ts';
import { type RunningNode, startNode } from '../shared/running-node.ts';
import { compileOtlpMessages } from './otlp/messages.ts';
import { readKept } from './otlp/read-spans.ts';
import { createOtlpServer } from './otlp/server.ts';
import { createTracesSite } from './pages/site.ts';
import { openTraceStore } from './store.ts';

/**
 * Change it with the layout of the tables: an older node then refuses the data. Since 2, spans are kept as the bytes
 * that they came as; those of 1 are read.
 */
const FORMAT_VERSION = 2;
const SPANS_PER_TRACE = 30;
const MAX_SPANS_PER_TRACE = 10_000;

export type TracesNodeOptions = {
  /** Folder of the node's own data; made where it is missing. */
  readonly dataDir: string;
  /** Port of OTLP/HTTP; 0 for any free one. */
  readonly port: number;
  /** Port of the traces page; 0 for any free one. */
  readonly pagePort: number;
  /** Address to listen on; 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** How many traces are kept, and 30 times as many spans; 10,000 unless told otherwise. */
  readonly keepTraces?: number;
};

/**
 * Starts the traces node: OTLP/HTTP that keeps the last traces, and a page to look at them.
 *
 * @throws Error with a sentence for people when the folder or a port cannot be used
 */
export function startTracesNode(options: TracesNodeOptions): Promise<RunningNode<'otlp' | 'tracesPage'>> {
  const { dataDir, host = '127.0.0.1', keepTraces = 10_000 } = options;
  return startNode(async (onClose) => {
    onClose(await openDataFolder(dataDir, 'traces', FORMAT_VERSION));
    const messages = compileOtlpMessages();
    const limits = {
      traces: keepTraces,
      spans: Math.max(keepTraces * SPANS_PER_TRACE, 2 * MAX_SPANS_PER_TRACE),
      spansPerTrace: MAX_SPANS_PER_TRACE,
    };
    const store = openTraceStore(dataDir, limits, (bytes) => readKept(bytes, messages));
    onClose(store.close);

    const { app: site, changed } = await createTracesSite(store);
    onClose(() => site.close());
    await site.listen({ host, port: options.pagePort });

    const otlp = createOtlpServer(messages, async (spans) => {
      const added = await store.add(spans);
      changed();
      return added;
    });
    onClose(() => otlp.close());
    await otlp.listen({ host, port: options.port });
    return { otlp: portOf(otlp.server.address()), tracesPage: portOf(site.server.address()) };
  });
}
