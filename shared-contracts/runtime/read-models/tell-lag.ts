import type { NamedModel } from '../../documents/read-model.ts';
import { observe } from '../telemetry/meters.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';
import type { FreshnessTeller } from './freshness.ts';

/** Tells at every look how far behind each read model is; @returns tells nothing any more. */
export function tellLag(models: readonly NamedModel[], freshness: FreshnessTeller): () => void {
  const each = models.map((model) =>
    observe([metric.readModelLag], async (tell) => {
      const { ageMs } = await freshness.of(model);
      tell(metric.readModelLag, ageMs / 1000, { [attribute.readModel]: model.name });
    }),
  );
  return () => {
    for (const tellNoMore of each) tellNoMore();
  };
}
