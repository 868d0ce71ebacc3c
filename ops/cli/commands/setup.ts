import { openEventStore } from '../../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../../shared-contracts/runtime/secrets.ts';
import type { Settings } from '../../../shared-contracts/runtime/settings.ts';
import { describePlan } from '../../setup/describe-plan.ts';
import { setUp } from '../../setup/set-up.ts';
import { EXIT } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';

type Deps = { readonly settings: Settings; readonly print: (line: string) => void };

/** Prepares real servers for services that may do no more than they need. */
export async function setup({ settings, print }: Deps, { access, dryRun }: Options): Promise<number> {
  if (dryRun) {
    for (const line of describePlan()) print(line);
    return EXIT.done;
  }
  if (access === undefined)
    throw new BadOptions('Name the folder for what services connect with: --access DIR.');
  const open = async () =>
    openEventStore(settings.eventStoreUrl, 'setup', await loadSecrets(settings.masterKeyFile));
  await setUp({ settings, open, folder: access, print });
  return EXIT.done;
}
