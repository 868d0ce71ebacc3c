import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Customer } from './customer.ts';
import type { TicketWatch } from './ticket-watch.ts';

/**
 * Reports issues at a steady rate, whether or not the ones before have been answered, and lets the watch count from when
 * each was due: a system that holds reports up cannot hide it.
 *
 * @returns the ids of the issues, once all are answered.
 */
export async function reportSteadily(
  site: string,
  agent: Agent,
  watch: TicketWatch,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<readonly string[]> {
  const customer = await Customer.open(site, agent);
  const issueIds: string[] = [];
  const failures: unknown[] = [];
  const reports: Promise<void>[] = [];
  const begun = performance.now();
  for (let number = 0; number < perSecond * seconds && failures.length === 0; number += 1) {
    const due = begun + (number * 1000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    const report = async () => {
      const issueId = await customer.report(number);
      watch.expect(issueId, due);
      issueIds.push(issueId);
    };
    reports.push(report().catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(reports);
  if (failures.length > 0) throw failures[0];
  return issueIds;
}
