// An instance of the projections service, but for its pages, in a process of its own, so that a test can kill it.
import { MongoClient } from 'mongodb';
import { connectTestStore } from './connect-test-store.ts';
import { runReadModels } from './read-model-runner.ts';

const [storeUrl = '', mongoUrl = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
const client = await MongoClient.connect(mongoUrl);
await runReadModels({ teardown: () => undefined }, connectTestStore(storeUrl), client.db());
process.send?.('started');
