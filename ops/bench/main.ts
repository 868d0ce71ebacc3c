import { cpus } from 'node:os';
import type { BenchResults } from './results.ts';

type Bench = (args: readonly string[]) => Promise<BenchResults>;

/** Each benchmark, loaded only when it is asked for. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  flow: async () => (await import('./flow.ts')).runFlowBench,
  footprint: async () => (await import('./footprint.ts')).runFootprintBench,
  mongo: async () => {
    const { runMongoBench } = await import('./mongo.ts');
    return () => runMongoBench();
  },
  parked: async () => (await import('./parked.ts')).runParkedBench,
  report: async () => (await import('./report.ts')).runReportBench,
  rebuild: async () => {
    const { runRebuildBench } = await import('./rebuild.ts');
    return () => runRebuildBench();
  },
  replay: async () => (await import('./replay.ts')).runReplayBench,
  store: async () => (await import('./store.ts')).runStoreBench,
  tracing: async () => (await import('./tracing.ts')).runTracingBench,
  runtime: async () => (await import('./runtime.ts')).runRuntimeBench,
  'store-growth': async () => (await import('./store-growth.ts')).runStoreGrowthBench,
};

function printTable(results: BenchResults): void {
  const width = Math.max(...Object.keys(results).map((key) => key.length));
  for (const [key, { median, min, max, unit }] of Object.entries(results)) {
    const spread = min === max ? '' : `   (${min} to ${max})`;
    console.log(`${key.padEnd(width)}  ${String(median).padStart(10)} ${unit}${spread}`);
  }
}

const name = process.argv[2] ?? '';
const load = benches[name];
if (load === undefined) {
  console.error(`There is no benchmark "${name}". There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
const run = await load();
const results = await run(process.argv.slice(3));
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ bench: name, node: process.version, cpus: cpus().length, results }));
} else {
  printTable(results);
}
