// Where figures are told. Like spans, they go to whatever provider is registered; where none is, nowhere.
import {
  type Attributes,
  type BatchObservableResult,
  type Counter,
  type Histogram,
  type MeterProvider,
  metrics,
  type Observable,
} from '@opentelemetry/api';
import type { Metric } from './metrics.ts';
import { attribute } from './names.ts';
import { errorType } from './spans.ts';

/** Seconds; from a fast append to a handler that uses up its time. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const meter = () => metrics.getMeter('deskstream');

type Instruments = { readonly counters: Map<string, Counter>; readonly histograms: Map<string, Histogram> };

/** What was made of each provider: making an instrument takes several times as long as telling it a figure. */
const made = new WeakMap<MeterProvider, Instruments>();

function instruments(): Instruments {
  const provider = metrics.getMeterProvider();
  const known = made.get(provider);
  if (known !== undefined) return known;
  const none = { counters: new Map<string, Counter>(), histograms: new Map<string, Histogram>() };
  made.set(provider, none);
  return none;
}

export function count({ name, unit, meaning }: Metric<'counter'>, attributes: Attributes, by = 1): void {
  const { counters } = instruments();
  let counter = counters.get(name);
  if (counter === undefined) {
    counter = meter().createCounter(name, { unit, description: meaning });
    counters.set(name, counter);
  }
  counter.add(by, attributes);
}

export function record(
  { name, unit, meaning }: Metric<'histogram'>,
  attributes: Attributes,
  seconds: number,
): void {
  const { histograms } = instruments();
  let histogram = histograms.get(name);
  if (histogram === undefined) {
    const advice = { explicitBucketBoundaries: BOUNDARIES };
    histogram = meter().createHistogram(name, { unit, description: meaning, advice });
    histograms.set(name, histogram);
  }
  histogram.record(seconds, attributes);
}

/** A clock that runs from now on, in seconds. */
export function stopwatch(): () => number {
  const begun = performance.now();
  return () => (performance.now() - begun) / 1000;
}

/** Records how long a step takes, and on what kind of error it ends if it does. */
export async function timed<Result>(
  histogram: Metric<'histogram'>,
  attributes: Attributes,
  step: () => Promise<Result>,
): Promise<Result> {
  const seconds = stopwatch();
  try {
    const result = await step();
    record(histogram, attributes, seconds());
    return result;
  } catch (error) {
    record(histogram, { ...attributes, [attribute.errorType]: errorType(error) }, seconds());
    throw error;
  }
}

/** Tells one figure at the moment of a look. */
export type Tell = (metric: Metric<'gauge' | 'counter'>, value: number, attributes?: Attributes) => void;

/**
 * Figures that are found out whenever somebody looks.
 *
 * @param look may ask others; where it fails, or takes longer than who looks has patience for, what it told last stands.
 * @returns takes them back.
 */
export function observe(
  told: readonly Metric<'gauge' | 'counter'>[],
  look: (tell: Tell) => void | Promise<void>,
): () => void {
  const instruments = new Map(told.map((metric) => [metric.name, instrumentOf(metric)]));
  const all = [...instruments.values()];
  const callback = async (result: BatchObservableResult) => {
    await look(({ name }, value, attributes = {}) => {
      const instrument = instruments.get(name);
      if (instrument !== undefined) result.observe(instrument, value, attributes);
    });
  };
  const here = meter();
  here.addBatchObservableCallback(callback, all);
  return () => here.removeBatchObservableCallback(callback, all);
}

function instrumentOf({ kind, name, unit, meaning }: Metric<'gauge' | 'counter'>): Observable {
  const options = { unit, description: meaning };
  return kind === 'gauge'
    ? meter().createObservableGauge(name, options)
    : meter().createObservableCounter(name, options);
}
