import { connectClient } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { Settings } from '../../../shared-contracts/runtime/settings.ts';
import { AFTER_IMPORT } from '../../backup/after-import.ts';
import { type Imported, importStore } from '../../backup/import-store.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';

type Deps = Pick<CommandDeps, 'print' | 'status' | 'stop'> & { readonly settings: Settings };

/** Brings a backup into an empty store, and does what is to be done before services run on it. */
export async function importExport(
  deps: Deps,
  [file, ...others]: readonly string[],
  { json }: Options,
): Promise<number> {
  if (file === undefined || others.length > 0) throw new BadOptions('Name one file to import.');
  const { settings, print, stop } = deps;
  const imported = await bringIn(deps, file);
  const { events, before, groups } = imported;
  const earlier = before === 0 ? '' : `, ${before} of them by an earlier import`;
  print(
    json
      ? JSON.stringify(imported)
      : `${events} events are there${earlier}. ${groups.length} groups go on from where they were.`,
  );
  for (const { name, run } of AFTER_IMPORT) {
    const outcome = await run(settings, stop);
    print(json ? JSON.stringify({ step: name, outcome }) : `${name}: ${outcome}`);
  }
  if (!json)
    print(
      'Start the services with the master key of the backup, and an empty MongoDB: they fill it themselves.',
    );
  return EXIT.done;
}

async function bringIn({ settings, status, stop }: Deps, file: string): Promise<Imported> {
  const client = connectClient(settings.eventStoreUrl, 'import');
  try {
    const onProgress = (done: number, total: number) => status?.(`${done} of ${total} events are there`);
    const imported = await importStore({ client, file, stop, onProgress });
    status?.('');
    return imported;
  } finally {
    await client.dispose();
  }
}
