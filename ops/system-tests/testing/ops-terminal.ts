import { ALL_GROUPS } from '../../../shared-contracts/messages/names.ts';
import { openEventStore } from '../../../shared-contracts/runtime/event-store/open-event-store.ts';
import type { ReadModels } from '../../../shared-contracts/runtime/read-models/read-models.ts';
import { loadSecrets } from '../../../shared-contracts/runtime/secrets.ts';
import { readSettings, type Settings } from '../../../shared-contracts/runtime/settings.ts';
import { neverCalled } from '../../../shared-contracts/runtime/testing/never-called.ts';
import type { CommandDeps } from '../../cli/command.ts';
import { runCommand } from '../../cli/run-command.ts';
import { runWithoutStore } from '../../cli/run-without-store.ts';

/** Somebody at a terminal with these settings, who runs `npm run ops --` in this process: what it printed and complained of. */
export function opsTerminal(env: Readonly<Record<string, string>>) {
  const settings = readSettings(env);
  return async (...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const io = {
      print: (line: string) => void out.push(line),
      complain: (line: string) => void err.push(line),
      stop: new AbortController().signal,
      readPassword: async () => 'never asked for',
    };
    const code = (await runWithoutStore(args, { ...io, settings })) ?? (await withStore(settings, io, args));
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
}

async function withStore(
  { eventStoreUrl, masterKeyFile, innerUrls }: Settings,
  io: Pick<CommandDeps, 'print' | 'complain' | 'stop' | 'readPassword'>,
  args: readonly string[],
): Promise<number> {
  const secrets = await loadSecrets(masterKeyFile);
  const store = await openEventStore(eventStoreUrl, 'ops', secrets);
  try {
    const readModels = () => neverCalled<ReadModels>('the read models');
    return await runCommand(args, {
      ...io,
      store,
      secrets,
      urls: innerUrls,
      groups: ALL_GROUPS,
      readModels,
      operator: 'sam',
    });
  } finally {
    await store.close();
  }
}
