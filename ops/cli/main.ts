// `npm run ops -- COMMAND`: what the operators' console can do, for people and scripts.
import { userInfo } from 'node:os';
import { clearLine, cursorTo } from 'node:readline';
import { ALL_GROUPS } from '../../shared-contracts/messages/names.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { createReadModels, type ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { readSettings, type Settings } from '../../shared-contracts/runtime/settings.ts';
import { unknownSettings } from '../../shared-contracts/runtime/unknown-settings.ts';
import { EXIT } from './command.ts';
import { readPassword } from './read-password.ts';
import { runCommand } from './run-command.ts';
import { runWithoutStore } from './run-without-store.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

// Whoever reads along (`| head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.notPossible);
});

const showStatus = (text: string) => {
  clearLine(process.stderr, 0);
  cursorTo(process.stderr, 0);
  process.stderr.write(text);
};

const args = process.argv.slice(2);
const io = {
  print: (line: string) => console.log(line),
  complain: (line: string) => console.error(line),
  ...(process.stderr.isTTY ? { status: showStatus } : {}),
  stop: interrupted.signal,
  readPassword,
};

try {
  const settings = readSettings(process.env);
  for (const sentence of unknownSettings(process.env)) io.complain(sentence);
  process.exitCode = (await runWithoutStore(args, { ...io, settings })) ?? (await runWithStore(settings));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = EXIT.notPossible;
}

async function runWithStore({
  eventStoreUrl,
  masterKeyFile,
  mongoUrl,
  innerUrls,
}: Settings): Promise<number> {
  const secrets = await loadSecrets(masterKeyFile);
  const store = await openEventStore(eventStoreUrl, 'ops', secrets);
  let readModels: ReadModels | undefined;
  try {
    return await runCommand(args, {
      ...io,
      store,
      secrets,
      urls: innerUrls,
      groups: ALL_GROUPS,
      readModels: () => {
        readModels ??= createReadModels(mongoUrl, 'ops');
        return readModels;
      },
      operator: `operator:${userInfo().username}`,
    });
  } finally {
    await readModels?.close();
    await store.close();
  }
}
