// The commands that do not open the event store as services do: the help, what finds out whether it is there, what works over the
// sites alone, and backups, which neither need its keys nor may make one in a store that is still empty.
import { ALL_GROUPS } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import type { Settings } from '../../shared-contracts/runtime/settings.ts';
import { checkEverything } from '../observe/check-everything.ts';
import { type CommandDeps, EXIT } from './command.ts';
import { tellChecks } from './commands/doctor.ts';
import { exportStreams } from './commands/export.ts';
import { importExport } from './commands/import.ts';
import { load } from './commands/load.ts';
import { setup } from './commands/setup.ts';
import { HELP } from './help.ts';
import { BadOptions, parseArguments } from './options.ts';
import { tellFailure } from './tell-failure.ts';

type WithoutStoreDeps = Pick<CommandDeps, 'print' | 'complain' | 'status' | 'stop' | 'readPassword'> & {
  readonly settings: Settings;
};

/** @returns the exit code; undefined where it is another command. */
export async function runWithoutStore(
  args: readonly string[],
  deps: WithoutStoreDeps,
): Promise<number | undefined> {
  try {
    const { command, names, options } = parseArguments(args);
    if (command === 'help') {
      deps.print(HELP);
      return EXIT.done;
    }
    if (command === 'import') return await importExport(deps, names, options);
    if (command !== 'doctor' && command !== 'load' && command !== 'setup' && command !== 'export')
      return undefined;
    if (names.length > 0) throw new BadOptions(`${command} takes no names.`);
    if (command === 'export') return await exportStreams(deps, options);
    if (command === 'load') return await load({ ...deps, urls: deps.settings.innerUrls }, options);
    if (command === 'setup') return await setup(deps, options);
    return await doctor(deps, options.json);
  } catch (error) {
    return tellFailure(error, deps.complain);
  }
}

async function doctor({ settings, print }: WithoutStoreDeps, json: boolean): Promise<number> {
  let opening: Promise<EventStore> | undefined;
  const open = () => {
    opening ??= loadSecrets(settings.masterKeyFile).then((secrets) =>
      openEventStore(settings.eventStoreUrl, 'doctor', secrets),
    );
    return opening;
  };
  try {
    return tellChecks(await checkEverything({ settings, groups: ALL_GROUPS, open }), { json, print });
  } finally {
    const store = await opening?.catch(() => undefined);
    await store?.close();
  }
}
