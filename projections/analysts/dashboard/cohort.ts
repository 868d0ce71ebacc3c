// The figures of the tickets that were reported in the period: one aggregation that reads each of them once.
import type { Collection } from 'mongodb';
import type { TicketStatus } from '../../../shared-contracts/documents/ticket-document.ts';
import type { TicketMetricsDocument } from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import type { Kind, Priority } from '../../../shared-contracts/messages/fields.ts';
import type { TicketFilters } from '../filters/ticket-filters.ts';
import { matchOf } from '../filters/ticket-match.ts';
import { countDurations, type Durations, durationsOf, type Rounded } from './durations.ts';

/** How many tickets of a share came how far; what the words mean stands beside `STAGES`. */
export type Tally = {
  readonly reported: number;
  readonly assigned: number;
  readonly resolved: number;
  readonly stayed: number;
  readonly reopened: number;
  readonly open: number;
  readonly helped: number;
  readonly notHelped: number;
};

export type Cohort = {
  readonly total: Tally;
  readonly byKind: ReadonlyMap<Kind, Tally>;
  readonly byPriority: ReadonlyMap<Priority, Tally>;
  readonly byStatus: ReadonlyMap<TicketStatus, Tally>;
  /** By who has them or had them last; null for tickets that nobody ever had. */
  readonly byAgent: ReadonlyMap<string | null, Tally>;
  /** The tags with the most tickets; a ticket counts for each of its tags. */
  readonly byTag: ReadonlyMap<string, Tally>;
  readonly firstReply: Durations;
  readonly firstResolution: Durations;
};

type Facts = {
  readonly status: TicketStatus;
  readonly open: boolean;
  readonly assigned: boolean;
  readonly resolutions: number;
  readonly helped: boolean | null;
};
type Cell<Key> = { readonly _id: Facts & Key; readonly count: number };
type Main = { readonly kind: Kind; readonly priority: Priority; readonly agent: string | null };

type Facets = {
  readonly cells: readonly Cell<Main>[];
  readonly tags: readonly Cell<{ readonly tag: string }>[];
  readonly replies: readonly Rounded[];
  readonly resolutions: readonly Rounded[];
};

const FACTS = {
  status: '$status',
  open: '$open',
  assigned: { $ne: ['$firstAssignedAt', null] },
  // Once or more often is all that is asked: so there are few groups.
  resolutions: { $min: ['$resolutions', 2] },
  helped: '$helped',
};
/** A tag has as many groups as its tickets have combinations of facts, some dozens at most. */
const MOST_TAGS = 30;

export async function cohortOf(
  tickets: Collection<TicketMetricsDocument>,
  filters: TicketFilters,
): Promise<Cohort> {
  const keys = { kind: '$kind', priority: '$priority', agent: '$lastAssigneeId' };
  const [facets] = await tickets
    .aggregate<Facets>([
      { $match: matchOf(filters) },
      {
        $project: {
          ...{ kind: 1, priority: 1, lastAssigneeId: 1, tags: 1, status: 1, open: 1 },
          ...{ firstAssignedAt: 1, resolutions: 1, helped: 1, firstReplyMs: 1, firstResolutionMs: 1 },
        },
      },
      {
        $facet: {
          cells: [{ $group: { _id: { ...FACTS, ...keys }, count: { $sum: 1 } } }],
          tags: [{ $unwind: '$tags' }, { $group: { _id: { ...FACTS, tag: '$tags' }, count: { $sum: 1 } } }],
          replies: countDurations('firstReplyMs'),
          resolutions: countDurations('firstResolutionMs'),
        },
      },
    ])
    .toArray();
  const { cells = [], tags = [], replies = [], resolutions = [] } = facets ?? {};
  const byTag = tallyBy(tags, ({ tag }) => tag);
  const often = [...byTag].sort(
    ([left, { reported: a }], [right, { reported: b }]) => b - a || (left < right ? -1 : 1),
  );
  return {
    total: tallyBy(cells, () => 'all').get('all') ?? NONE,
    byKind: tallyBy(cells, ({ kind }) => kind),
    byPriority: tallyBy(cells, ({ priority }) => priority),
    byStatus: tallyBy(cells, ({ status }) => status),
    byAgent: tallyBy(cells, ({ agent }) => agent),
    byTag: new Map(often.slice(0, MOST_TAGS)),
    firstReply: durationsOf(replies),
    firstResolution: durationsOf(resolutions),
  };
}

export const NONE: Tally = {
  reported: 0,
  assigned: 0,
  resolved: 0,
  stayed: 0,
  reopened: 0,
  open: 0,
  helped: 0,
  notHelped: 0,
};

function tallyBy<Key, Value>(cells: readonly Cell<Key>[], keyOf: (key: Key & Facts) => Value) {
  const tallies = new Map<Value, Tally>();
  for (const { _id, count } of cells) {
    const value = keyOf(_id);
    tallies.set(value, added(tallies.get(value) ?? NONE, _id, count));
  }
  return tallies;
}

function added(tally: Tally, { status, open, assigned, resolutions, helped }: Facts, count: number): Tally {
  const when = (condition: boolean) => (condition ? count : 0);
  const stayed = status === 'resolved' && resolutions === 1;
  return {
    reported: tally.reported + count,
    assigned: tally.assigned + when(assigned),
    resolved: tally.resolved + when(resolutions > 0),
    stayed: tally.stayed + when(stayed),
    reopened: tally.reopened + when(resolutions > 0 && !stayed),
    open: tally.open + when(open),
    helped: tally.helped + when(helped === true),
    notHelped: tally.notHelped + when(helped === false),
  };
}
