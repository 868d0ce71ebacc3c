// `npm run ops -- COMMAND`: what the operators' console can do, for people and scripts.
import { userInfo } from 'node:os';
import { clearLine, cursorTo } from 'node:readline';
import { ALL_GROUPS } from '../../shared-contracts/messages/names.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { createReadModels, type ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { readSettings } from '../../shared-contracts/runtime/settings.ts';
import { EXIT } from './command.ts';
import { readPassword } from './read-password.ts';
import { runCommand } from './run-command.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const showStatus = (text: string) => {
  clearLine(process.stderr, 0);
  cursorTo(process.stderr, 0);
  process.stderr.write(text);
};

try {
  const { eventStoreUrl, masterKeyFile, mongoUrl } = readSettings(process.env);
  const secrets = await loadSecrets(masterKeyFile);
  const store = await openEventStore(eventStoreUrl, 'ops', secrets);
  let readModels: ReadModels | undefined;
  try {
    process.exitCode = await runCommand(process.argv.slice(2), {
      store,
      secrets,
      readPassword,
      groups: ALL_GROUPS,
      readModels: () => {
        readModels ??= createReadModels(mongoUrl, 'ops');
        return readModels;
      },
      operator: `operator:${userInfo().username}`,
      print: (line) => console.log(line),
      complain: (line) => console.error(line),
      ...(process.stderr.isTTY ? { status: showStatus } : {}),
      stop: interrupted.signal,
    });
  } finally {
    await readModels?.close();
    await store.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = EXIT.notPossible;
}
