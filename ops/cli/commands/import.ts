import type { EventStoreDBClient } from '@eventstore/db-client';
import { connectClient } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { plural } from '../../../shared-contracts/runtime/plural.ts';
import type { Settings } from '../../../shared-contracts/runtime/settings.ts';
import { type Imported, importStore } from '../../backup/import-store.ts';
import { checkList, eraseAgain } from '../../erasure/erase-again.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';

type Deps = Pick<CommandDeps, 'print' | 'status' | 'stop'> & { readonly settings: Settings };

/** Brings a backup into an empty store, and does what is to be done before services run on it. */
export async function importExport(
  deps: Deps,
  [file, ...others]: readonly string[],
  { json, erasures }: Options,
): Promise<number> {
  if (file === undefined || others.length > 0) throw new BadOptions('Name one file to import.');
  const { print } = deps;
  const client = connectClient(deps.settings.eventStoreUrl, 'import');
  try {
    if (erasures !== undefined) await checkList(erasures);
    const imported = await bringIn(deps, client, file);
    const subjects = erasures === undefined ? 0 : await eraseAgain(client, erasures);
    print(json ? JSON.stringify({ ...imported, erasedSubjects: subjects }) : told(imported, subjects));
  } finally {
    await client.dispose();
  }
  return EXIT.done;
}

function told({ events, before, groups }: Imported, subjects: number): string {
  const earlier = before === 0 ? '' : `, ${before} of them by an earlier import`;
  return [
    `${plural(events, 'event is', 'events are')} there${earlier}. ${plural(groups.length, 'group goes', 'groups go')} on from where ${groups.length === 1 ? 'it was' : 'they were'}.`,
    ...(subjects > 0 ? [`The keys of ${plural(subjects, 'erased subject')} are deleted again.`] : []),
    'Start the services with the master key of the backup, and an empty MongoDB: they fill it themselves.',
  ].join('\n');
}

async function bringIn({ status, stop }: Deps, client: EventStoreDBClient, file: string): Promise<Imported> {
  const onProgress = (done: number, total: number) => status?.(`${done} of ${total} events are there`);
  const imported = await importStore({ client, file, stop, onProgress });
  status?.('');
  return imported;
}
