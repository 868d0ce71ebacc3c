// `npm run ops -- COMMAND`: what the operators' console can do, for people and scripts.
import { userInfo } from 'node:os';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { readSettings } from '../../shared-contracts/runtime/settings.ts';
import { runCommand } from './run-command.ts';

try {
  const { eventStoreUrl, masterKeyFile } = readSettings(process.env);
  const store = await openEventStore(eventStoreUrl, 'ops', await loadSecrets(masterKeyFile));
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
