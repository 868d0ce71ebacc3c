// A process that replays all that waits in a group, so that a test can kill it: store, group (JSON) and command id are its
// arguments. It waits before each portion until it is told to go on.
import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { createCodec } from '../../../shared-contracts/runtime/event-store/codec.ts';
import { createEventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { Ledger } from '../../recovery/ledger.ts';
import { carryOut, startReplay } from '../../recovery/replay.ts';

const [url = '', declaration = '', commandId = ''] = process.argv.slice(2);
const store = createEventStore(url, 'replay', createCodec(CATALOGUE));
const group = JSON.parse(declaration);
const recovery = { store, group, ledger: new Ledger(store, group.name) };
const started = await startReplay(recovery, {}, { by: 'operator:killed', commandId });
process.send?.('started');
await carryOut(recovery, started?.batch ?? '');
await store.close();
process.disconnect?.();
