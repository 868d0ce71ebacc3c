// A process that replays all that waits in a group, so that a test can kill it: store, group (JSON) and command id are its
// arguments. It waits before each portion until it is told to go on.
import { Ledger } from '../../recovery/ledger/ledger.ts';
import { carryOut, startReplay } from '../../recovery/replay/replay.ts';
import { connectTestStore } from './connect-test-store.ts';

const [url = '', declaration = '', commandId = ''] = process.argv.slice(2);
const store = connectTestStore(url);
const group = JSON.parse(declaration);
const recovery = { store, group, ledger: new Ledger(store, group.name) };
const started = await startReplay(recovery, {}, { by: 'operator:killed', commandId });
process.send?.('started');
await carryOut(recovery, started?.batch ?? '');
await store.close();
process.disconnect?.();
