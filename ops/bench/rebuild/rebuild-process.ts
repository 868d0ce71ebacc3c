// Rebuilds all read models once, in a process of its own, and tells how long it took and how much memory it has had.
import { randomUUID } from 'node:crypto';
import { keepCollections } from '../../../projections/runner/collections/keep-collections.ts';
import { createRegistry } from '../../../projections/runner/collections/registry.ts';
import { rebuildOperation } from '../../../projections/runner/rebuild/rebuild.ts';
import { ALL_VIEWS } from '../../../projections/views/all-views.ts';
import { createReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import { connectTestStore } from '../../system-tests/testing/connect-test-store.ts';

/** What the process tells its parent. */
export type Rebuilt = {
  readonly events: number;
  readonly seconds: number;
  /** Of this process alone. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
};

const [storeUrl = '', mongoUrl = ''] = process.argv.slice(2);
const store = connectTestStore(storeUrl);
const { db, close } = createReadModels(mongoUrl, 'bench');
const registry = createRegistry(db);
const views = ALL_VIEWS;
await keepCollections({ store, db, registry, views, graceMs: 0 });
const stop = new AbortController().signal;
const rebuild = rebuildOperation({ store, db, registry, views, stop });
let events = 0;
const before = process.cpuUsage();
const begun = performance.now();
await rebuild(
  'all',
  async (done) => {
    events = done;
    return 'go-on';
  },
  randomUUID(),
);
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(before);
const cpuSeconds = (user + system) / 1e6;
const rebuilt: Rebuilt = { events, seconds, cpuSeconds, peakMb: process.resourceUsage().maxRSS / 1024 };
process.send?.(rebuilt);
await close();
await store.close();
process.disconnect?.();
