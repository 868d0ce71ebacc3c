import type { RunningSystem } from '../../start/system.ts';
import { readFigures, tabled } from './read-figures.ts';

/**
 * What each service of a demo tells on its metrics page of refused commands, failed messages and the lag of read models; of
 * the first two only where there are any. Confirmations are left out: one is parked for each report of the demo, and how many
 * reports it took until now depends on the machine.
 */
export async function notableFigures(
  urls: RunningSystem['urls'],
): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  const { customer, backoffice, analysts, console } = urls;
  const told = Object.entries({ customer, backoffice, projections: analysts, console }).map(
    async ([service, url]) => [service, await notableOf(url)] as const,
  );
  return Object.fromEntries(await Promise.all(told));
}

const NOTABLE = /^deskstream_(command_rejections|failed_messages_waiting|read_model_lag|group_parked)/;

async function notableOf(url: string): Promise<Readonly<Record<string, number>>> {
  const figures = readFigures(await (await fetch(`${url}/metrics`)).text());
  const table = tabled(
    figures.filter(({ name, value }) => NOTABLE.test(name) && (value > 0 || /lag/.test(name))),
  );
  return Object.fromEntries(
    Object.entries(table).filter(([name]) => !name.endsWith('customer.notifications')),
  );
}
