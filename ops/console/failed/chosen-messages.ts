// Which messages an operator has chosen: those that were ticked, or all that pass the filters of a list.
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { Wanted } from '../../recovery/find/selection.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import type { Recoveries } from '../recoveries.ts';
import { type FailedQuery, filterOf, readFailedQuery } from './failed-query.ts';

export type Chosen = { readonly recovery: Recovery; readonly wanted: Wanted };

export type Choice = {
  readonly chosen: readonly Chosen[];
  readonly query: FailedQuery;
  /** They were ticked one by one. */
  readonly named: boolean;
  /** Nothing was ticked. */
  readonly isEmpty: boolean;
  /** The one message that was chosen. */
  readonly single: { readonly chosen: Chosen; readonly eventId: string } | undefined;
  readonly filters: readonly { readonly field: string; readonly value: string }[];
  /** What carries the choice to the form's answer, so that it is about just the messages that were counted. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** The same choice has the same key. */
  readonly key: readonly string[];
};

const MESSAGE = /^(.+)~([0-9a-f-]{36})$/i;
const BOUND = /^(.+)~(\d{1,15})$/;

/** Reads a choice from a query or a form, and fixes it to what is in the ledgers now, or was when it was first shown. */
export async function readChoice(
  recoveries: Recoveries,
  parameters: unknown,
  timeZone: string | undefined,
): Promise<Choice> {
  const query = readFailedQuery(recoveries, parameters, timeZone);
  const [wrong] = Object.values(query.errors);
  // A filter that is not understood must not come to mean everything.
  if (wrong !== undefined) throw new PageError(400, wrong, { code: 'filters-not-understood' });
  const ticked = textsAt(parameters, 'messages');
  const named = ticked.length > 0 || Reflect.has(Object(parameters), 'ticked');
  const chosen = named ? namedIn(recoveries, ticked) : await filteredIn(query, textsAt(parameters, 'upTo'));
  const [only] = chosen;
  const [eventId, ...others] = chosen.flatMap(({ wanted }) => wanted.messages ?? []);
  const single = only !== undefined && eventId !== undefined && others.length === 0;
  const hidden = [
    ...Object.entries(query.values).map(([name, value]) => ({ name, value })),
    ...(named ? [{ name: 'ticked', value: 'true' }] : []),
    ...ticked.map((value) => ({ name: 'messages', value })),
    ...(named
      ? []
      : chosen.map(({ recovery, wanted }) => {
          return { name: 'upTo', value: `${recovery.group.name}~${wanted.upTo ?? 0}` };
        })),
  ];
  return {
    chosen,
    query,
    named,
    isEmpty: named && eventId === undefined,
    single: single ? { chosen: only, eventId } : undefined,
    filters: named ? [] : filtersIn(query),
    hidden,
    key: hidden.map(({ name, value }) => `${name}=${value}`),
  };
}

function namedIn(recoveries: Recoveries, ticked: readonly string[]): Chosen[] {
  const byGroup = new Map<string, string[]>();
  for (const text of ticked) {
    const [, group, eventId] = MESSAGE.exec(text) ?? [];
    if (group === undefined || eventId === undefined) continue;
    const messages = byGroup.get(group) ?? [];
    messages.push(eventId.toLowerCase());
    byGroup.set(group, messages);
  }
  return [...byGroup].map(([group, messages]) => ({ recovery: recoveries.of(group), wanted: { messages } }));
}

async function filteredIn(query: FailedQuery, bounds: readonly string[]): Promise<Chosen[]> {
  const known = new Map(
    bounds.flatMap((text) => {
      const [, group, revision] = BOUND.exec(text) ?? [];
      return group === undefined ? [] : [[group, Number(revision)] as const];
    }),
  );
  await Promise.all(query.among.map(({ ledger }) => ledger.readToEnd()));
  return query.among
    .filter(({ group, ledger }) =>
      bounds.length > 0 ? known.has(group.name) : ledger.index.count('waiting') > 0,
    )
    .map((recovery) => {
      const upTo = known.get(recovery.group.name) ?? Math.max(0, recovery.ledger.index.head);
      return { recovery, wanted: { filter: filterOf(query), upTo } };
    });
}

function filtersIn({ values }: FailedQuery) {
  return Object.entries(values)
    .filter(([field, value]) => field !== 'state' || value === 'again')
    .map(([field, value]) => ({ field, value }));
}

function textsAt(parameters: unknown, name: string): string[] {
  const value: unknown = Reflect.get(Object(parameters), name);
  return [value].flat().filter((text) => typeof text === 'string');
}
