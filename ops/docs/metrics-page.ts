import { type Metric, metric } from '../../shared-contracts/runtime/telemetry/metrics.ts';
import { code, table } from './markdown.ts';

const INTRODUCTION = `# Figures

What every service tells at \`/metrics\` on the port of its site, as Prometheus reads it: dots are underscores there, a unit of
time or size is the end of the name (\`_seconds\`, \`_bytes\`, \`_ratio\`), a counter ends in \`_total\`, and a histogram has
buckets, \`_sum\` and \`_count\`.
`;

/** Every metric of the services. */
export function metricsPage(): string {
  const rows = Object.values<Metric>(metric).map(({ name, kind, unit, attributes, meaning }) => [
    code(name),
    kind,
    unit,
    attributes.map(code).join(', '),
    meaning,
  ]);
  return `${INTRODUCTION}\n${table(['metric', 'kind', 'unit', 'attributes', 'meaning'], rows)}\n`;
}
