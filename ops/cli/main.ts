// `npm run ops -- COMMAND`: what the operators' console can do, for people and scripts.
import { userInfo } from 'node:os';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { createCodec } from '../../shared-contracts/runtime/event-store/codec.ts';
import { createEventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { readSettings } from '../../shared-contracts/runtime/settings.ts';
import { runCommand } from './run-command.ts';

try {
  const { eventStoreUrl } = readSettings(process.env);
  const store = createEventStore(eventStoreUrl, 'ops', createCodec(CATALOGUE));
  try {
    process.exitCode = await runCommand(process.argv.slice(2), {
      store,
      operator: `operator:${userInfo().username}`,
      print: (line) => console.log(line),
      complain: (line) => console.error(line),
    });
  } finally {
    await store.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
