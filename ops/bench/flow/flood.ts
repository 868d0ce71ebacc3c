import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Customer } from './customer.ts';
import type { Tally } from './tally.ts';
import type { TicketWatch } from './ticket-watch.ts';

const LOOK_MS = 250;

/** Nothing more is expected when nothing has come on for so long. */
const STILL_MS = 30_000;

export type Flood = {
  readonly issueIds: readonly string[];
  /** All in issues a second; of what is done (ticket prepared and confirmation sent), all of it and by thirds. */
  readonly rates: {
    readonly accepted: number;
    readonly done: number;
    readonly firstThird: number;
    readonly lastThird: number;
  };
  /** The most issues that were accepted and not done. */
  readonly backlog: number;
};

/** Reports issues as fast as the form takes them, and waits until all that follows is done or comes on no more. */
export async function flood(
  site: string,
  agent: Agent,
  watch: TicketWatch,
  tally: Tally,
  { issues, clients }: { readonly issues: number; readonly clients: number },
): Promise<Flood> {
  const customers = await Promise.all(Array.from({ length: clients }, () => Customer.open(site, agent)));
  const issueIds: string[] = [];
  let next = 0;
  const begun = Date.now();
  const reporting = Promise.all(
    customers.map(async (customer) => {
      while (next < issues) {
        const number = next;
        next += 1;
        const due = performance.now();
        const issueId = await customer.report(number);
        watch.expect(issueId, due);
        issueIds.push(issueId);
      }
    }),
  ).then(() => (Date.now() - begun) / 1000);
  const [acceptedSeconds, backlog] = await Promise.all([
    reporting,
    followToTheEnd(issues, issueIds, tally, watch),
  ]);
  const times = issueIds.filter((id) => tally.isDone(id)).map((id) => tally.fate(id).doneAt);
  return {
    issueIds,
    backlog,
    rates: { accepted: issues / acceptedSeconds, ...ratesOf(times, begun) },
  };
}

/** @returns the most that was open at a time. */
async function followToTheEnd(
  issues: number,
  issueIds: readonly string[],
  tally: Tally,
  watch: TicketWatch,
): Promise<number> {
  const open = new Set<string>();
  let taken = 0;
  let most = 0;
  let left = '';
  let changedAt = performance.now();
  for (;;) {
    await pause(LOOK_MS);
    for (; taken < issueIds.length; taken += 1) open.add(issueIds[taken] ?? '');
    await tally.readOn();
    for (const id of open) if (tally.isDone(id)) open.delete(id);
    most = Math.max(most, open.size);
    if (taken === issues && open.size === 0 && watch.missing === 0) return most;
    const now = `${taken} ${open.size} ${watch.missing}`;
    if (now !== left) changedAt = performance.now();
    else if (performance.now() - changedAt > STILL_MS) return most;
    left = now;
  }
}

function ratesOf(unsorted: readonly number[], begun: number) {
  const times = unsorted.toSorted((a, b) => a - b);
  const third = Math.floor(times.length / 3);
  const at = (count: number) => times[count - 1] ?? begun;
  const rate = (count: number, from: number, to: number) => (count * 1000) / Math.max(1, to - from);
  const [last, lastThird] = [at(times.length), at(times.length - third)];
  return {
    done: rate(times.length, begun, last),
    firstThird: rate(third, begun, at(third)),
    lastThird: rate(third, lastThird, last),
  };
}
