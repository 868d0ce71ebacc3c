// Realistic traffic over the sites alone: customers report issues at a rate, an employee works on some of them.
import { setTimeout as pause } from 'node:timers/promises';
import { SiteVisitor, type VisitedPage } from './site-visitor.ts';

export type LoadTally = {
  reported: number;
  failed: number;
  assigned: number;
  answered: number;
  resolved: number;
};

export type LoadOptions = {
  readonly customer: string;
  readonly backoffice: string;
  /** Who works on the tickets. */
  readonly account: { readonly email: string; readonly password: string };
  /** Issues a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly stop: AbortSignal;
  readonly onProgress: (tally: LoadTally) => void;
};

/** Reports that may be on their way at the same time: a site that is too slow gets fewer, not more and more. */
const MOST_AT_ONCE = 32;

const SUBJECTS = [
  ['problem', 'The printer prints blank pages', 'Every second page comes out blank since this morning.'],
  ['question', 'How do I change my address?', 'I have moved, and find no place to write the new address.'],
  ['request', 'A second screen, please', 'For the drawings that we get now one screen is too small.'],
  ['problem', 'The invoice was sent twice', 'I have got the same invoice on Monday and again on Thursday.'],
] as const;
const PEOPLE = ['Kim Okoro', 'Jo Lindqvist', 'Sasha Meyer', 'Ade Bello', 'Noor Haddad'] as const;

export async function runLoad(options: LoadOptions): Promise<LoadTally> {
  const tally: LoadTally = { reported: 0, failed: 0, assigned: 0, answered: 0, resolved: 0 };
  const employee = await signIn(options);
  const done = new AbortController();
  const working = workOnTickets(employee, tally, AbortSignal.any([options.stop, done.signal]));
  try {
    await report(options, tally);
  } finally {
    done.abort();
    await working;
  }
  return tally;
}

async function report(options: LoadOptions, tally: LoadTally): Promise<void> {
  const { customer, rate, seconds, stop, onProgress } = options;
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  for (let number = 0; number < rate * seconds && !stop.aborted; number += 1) {
    const due = begun + (number * 1000) / rate - performance.now();
    if (due > 0) await pause(due, undefined, { signal: stop }).catch(() => undefined);
    if (underWay.size >= MOST_AT_ONCE) await Promise.race(underWay);
    const one = reportOne(customer, number)
      .then(() => {
        tally.reported += 1;
      })
      .catch(() => {
        tally.failed += 1;
      })
      .finally(() => {
        underWay.delete(one);
        onProgress(tally);
      });
    underWay.add(one);
  }
  await Promise.all(underWay);
}

async function reportOne(site: string, number: number): Promise<void> {
  const visitor = new SiteVisitor(site);
  const [kind, subject, text] = pick(SUBJECTS, number);
  const name = pick(PEOPLE, number);
  const email = `${name.toLowerCase().replace(' ', '.')}@example.org`;
  const page = await visitor.send(await visitor.open('/'), '/issues', { email, name, kind, subject, text });
  if (page.status !== 200) throw new Error(`A report was answered with ${page.status}.`);
}

async function signIn({ backoffice, account }: LoadOptions): Promise<SiteVisitor> {
  const visitor = new SiteVisitor(backoffice);
  const page = await visitor.send(await visitor.open('/sign-in'), '/sign-in', account);
  if (page.status === 200 && page.url.pathname !== '/sign-in') return visitor;
  throw new Error('The back office does not let this employee in: look at --email and the password.');
}

/** Takes the newest ticket that nobody has looked at yet, and does to it what employees do. */
async function workOnTickets(employee: SiteVisitor, tally: LoadTally, stop: AbortSignal): Promise<void> {
  const seen = new Set<string>();
  while (!stop.aborted) {
    try {
      const list = await employee.open('/tickets');
      const path = [...list.html.matchAll(/href="(\/tickets\/[0-9a-f-]{36})"/g)]
        .map(([, found]) => found)
        .find((found) => found !== undefined && !seen.has(found));
      if (path !== undefined) {
        seen.add(path);
        await workOn(employee, path, seen.size, tally);
      }
    } catch {
      tally.failed += 1;
    }
    await pause(500, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function workOn(employee: SiteVisitor, path: string, number: number, tally: LoadTally): Promise<void> {
  let page: VisitedPage = await employee.open(path);
  const step = async (name: string, typed: Readonly<Record<string, string>>): Promise<boolean> => {
    if (!page.html.includes(`action="${path}/${name}"`)) return false;
    page = await employee.send(page, `${path}/${name}`, typed);
    if (page.status !== 200) throw new Error(`${name} was answered with ${page.status}.`);
    return true;
  };
  const colleague = /<option value="([0-9a-f-]{36})"/.exec(page.html)?.[1];
  if (colleague !== undefined && (await step('assign', { employeeId: colleague }))) tally.assigned += 1;
  await step('start', {});
  if (await step('reply', { text: 'Thank you. We are looking at it, and tell you more soon.' })) {
    tally.answered += 1;
  }
  if (number % 2 === 0 && (await step('resolve', { text: 'It is repaired, and works again.' }))) {
    tally.resolved += 1;
  }
}

function pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[], number: number): Item {
  const item = items[number % items.length];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
