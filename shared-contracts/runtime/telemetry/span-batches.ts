// Spans on their way out: gathered, sent many at a time, and counted where they do not get there.
import { type Context, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { core, tracing } from '@opentelemetry/sdk-node';
import { count } from './meters.ts';
import { metric } from './metrics.ts';
import { attribute } from './names.ts';
import { errorType } from './spans.ts';

/** Four times what the SDK has: a batch of events ends hundreds of spans at once. */
const QUEUE = 8192;
const BATCH = 512;

export type BatchLimits = { readonly maxQueueSize: number; readonly maxExportBatchSize: number };

/**
 * What sends spans to `OTEL_EXPORTER_OTLP_ENDPOINT`, with the limits that `OTEL_BSP_*` says. Undefined where another exporter
 * or another protocol is asked for: the SDK makes that itself.
 */
export function spanBatches(
  env: Readonly<Record<string, string | undefined>>,
): tracing.SpanProcessor | undefined {
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if ((env.OTEL_TRACES_EXPORTER || 'otlp') !== 'otlp') return undefined;
  if ((protocol || 'http/protobuf') !== 'http/protobuf') return undefined;
  return new SpanBatches(new OTLPTraceExporter(), {
    maxQueueSize: wholeNumber(env.OTEL_BSP_MAX_QUEUE_SIZE) ?? QUEUE,
    maxExportBatchSize: wholeNumber(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE) ?? BATCH,
  });
}

function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text || Number.NaN);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** The SDK's batches, which drop in silence what they have no room for, behind a count of it. */
export class SpanBatches implements tracing.SpanProcessor {
  readonly #batches: tracing.BatchSpanProcessor;
  readonly #room: number;
  #waiting = 0;

  constructor(exporter: tracing.SpanExporter, limits: BatchLimits) {
    this.#room = limits.maxQueueSize;
    const counted: tracing.SpanExporter = {
      export: (spans, done) => {
        this.#waiting -= spans.length;
        exporter.export(spans, (result) => {
          if (result.code !== core.ExportResultCode.SUCCESS) lost(errorType(result.error), spans.length);
          done(result);
        });
      },
      forceFlush: async () => exporter.forceFlush?.(),
      shutdown: () => exporter.shutdown(),
    };
    this.#batches = new tracing.BatchSpanProcessor(counted, { ...limits });
  }

  onStart(span: tracing.Span, parent: Context): void {
    this.#batches.onStart(span, parent);
  }

  onEnd(span: tracing.ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#waiting >= this.#room) {
      lost('queue_full', 1);
    } else {
      this.#waiting += 1;
      this.#batches.onEnd(span);
    }
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#batches.shutdown();
  }
}

function lost(why: string, spans: number): void {
  count(metric.spansLost, { [attribute.errorType]: why }, spans);
}
