import { open, rename, rm } from 'node:fs/promises';
import { connectClient } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { plural } from '../../../shared-contracts/runtime/plural.ts';
import type { Settings } from '../../../shared-contracts/runtime/settings.ts';
import { type Exported, exportStore } from '../../backup/export-store.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import type { Options } from '../options.ts';

type Deps = Pick<CommandDeps, 'print' | 'complain' | 'status' | 'stop'> & {
  readonly settings: Pick<Settings, 'eventStoreUrl'>;
};

/** Writes a backup to a file, which is there only once it is complete, or to standard output. */
export async function exportStreams(deps: Deps, { out, json }: Options): Promise<number> {
  const { print, complain, status } = deps;
  const exported = out === undefined ? await run(deps, process.stdout, false) : await toFile(deps, out);
  status?.('');
  const { events, head, sha256 } = exported;
  // What is told must not get into what is written.
  const tell = out === undefined ? complain : print;
  const text = `${plural(events, 'event')} up to position ${head} (SHA-256 ${sha256}). Keep the master key with it, but not beside it.`;
  tell(json ? JSON.stringify(exported) : text);
  return EXIT.done;
}

async function toFile(deps: Deps, file: string): Promise<Exported> {
  const partial = `${file}.partial`;
  const opened = await open(partial, 'w', 0o600);
  try {
    const exported = await run(deps, opened.createWriteStream({ flush: true }), file.endsWith('.gz'));
    await rename(partial, file);
    return exported;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function run(
  { settings, status, stop }: Deps,
  out: NodeJS.WritableStream,
  gzip: boolean,
): Promise<Exported> {
  const client = connectClient(settings.eventStoreUrl, 'export');
  try {
    const onProgress = (events: number) => status?.(`${plural(events, 'event')} exported`);
    return await exportStore({ client, out, gzip, stop, onProgress });
  } finally {
    await client.dispose();
  }
}
