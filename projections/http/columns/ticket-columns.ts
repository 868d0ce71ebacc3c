// What the figures need of every ticket, in columns: a row a ticket, some 200 bytes of memory each.
import type {
  Round,
  TicketMetricsDocument,
} from '../../../shared-contracts/documents/ticket-metrics-document.ts';
import { Dictionary } from './dictionary.ts';

/** The fields of a document that columns are made of. */
export const COLUMN_FIELDS = [
  ...(['_id', 'revision', 'kind', 'priority', 'tags', 'status', 'open', 'lastAssigneeId'] as const),
  ...(['preparedAt', 'firstAssignedAt', 'firstReplyMs', 'firstResolutionMs', 'resolutions'] as const),
  ...(['helped', 'rounds'] as const),
] as const;

export type ColumnSource = Pick<TicketMetricsDocument, (typeof COLUMN_FIELDS)[number]>;

export const YES_NO = { none: 0, yes: 1, no: 2 } as const;
export const OUTCOME = { none: 0, resolved: 1, cancelled: 2 } as const;
/** In `firstRound` and `nextRound`: there is none. */
export const NO_ROUND = -1;

const SMALLEST = 1024;
const GROWTH = 1.5;
/** Of what is counted once, twice and more often, no more is asked. */
const MOST_RESOLUTIONS = 255;

/**
 * Moments and durations are milliseconds, `NaN` for none. The arrays are longer than what is in them, and others take their place
 * when they are full: whoever goes through them takes them anew each time.
 */
export class TicketColumns {
  /** How many rows there are. */
  count = 0;
  readonly kinds = new Dictionary();
  readonly priorities = new Dictionary();
  readonly statuses = new Dictionary();
  readonly agents = new Dictionary();
  readonly tags = new Dictionary();
  /** The tags, by number, of every list of tags that a ticket has. */
  readonly tagLists: (readonly number[])[] = [];

  revision = new Int32Array(0);
  kind = new Uint8Array(0);
  priority = new Uint8Array(0);
  status = new Uint8Array(0);
  open = new Uint8Array(0);
  assigned = new Uint8Array(0);
  resolutions = new Uint8Array(0);
  helped = new Uint8Array(0);
  agent = new Uint32Array(0);
  tagList = new Uint32Array(0);
  preparedAt = new Float64Array(0);
  firstReplyMs = new Float64Array(0);
  firstResolutionMs = new Float64Array(0);

  /** The rounds of a row: the first, from each the next. */
  firstRound = new Int32Array(0);
  nextRound = new Int32Array(0);
  openedAt = new Float64Array(0);
  settledAt = new Float64Array(0);
  outcome = new Uint8Array(0);

  readonly #rows = new Map<string, number>();
  readonly #listsOfTags = new Map<string, number>();
  #rounds = 0;

  /** The revision that a ticket is known at; undefined for one that is not known. */
  revisionOf(id: string): number | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : this.revision[row];
  }

  /** Takes in a document, whether its ticket is known or not; one that is older than what is known changes nothing. */
  put(document: ColumnSource): void {
    const known = this.#rows.get(document._id);
    if (known !== undefined && (this.revision[known] ?? 0) >= document.revision) return;
    const row = known ?? this.#addRow(document._id);
    this.revision[row] = document.revision;
    this.kind[row] = this.kinds.codeOf(document.kind);
    this.priority[row] = this.priorities.codeOf(document.priority);
    this.status[row] = this.statuses.codeOf(document.status);
    this.open[row] = document.open ? 1 : 0;
    this.assigned[row] = document.firstAssignedAt === null ? 0 : 1;
    this.resolutions[row] = Math.min(document.resolutions, MOST_RESOLUTIONS);
    this.helped[row] = document.helped === null ? YES_NO.none : document.helped ? YES_NO.yes : YES_NO.no;
    this.agent[row] = this.agents.codeOf(document.lastAssigneeId);
    this.tagList[row] = this.#listOfTags(document.tags);
    this.preparedAt[row] = document.preparedAt.getTime();
    this.firstReplyMs[row] = document.firstReplyMs ?? Number.NaN;
    this.firstResolutionMs[row] = document.firstResolutionMs ?? Number.NaN;
    this.#putRounds(row, document.rounds);
  }

  #addRow(id: string): number {
    const row = this.count;
    if (row === this.kind.length) this.#growRows();
    this.#rows.set(id, row);
    this.firstRound[row] = NO_ROUND;
    this.count += 1;
    return row;
  }

  #listOfTags(tags: readonly string[]): number {
    const key = tags.join(' ');
    const known = this.#listsOfTags.get(key);
    if (known !== undefined) return known;
    const code = this.tagLists.length;
    this.#listsOfTags.set(key, code);
    this.tagLists.push(tags.map((tag) => this.tags.codeOf(tag)));
    return code;
  }

  /** A ticket's rounds never get fewer, so those that it has are written over, and more are added behind them. */
  #putRounds(row: number, rounds: readonly Round[]): void {
    let before = NO_ROUND;
    let at = this.firstRound[row] ?? NO_ROUND;
    for (const { openedAt, settledAt, outcome } of rounds) {
      if (at === NO_ROUND) {
        at = this.#addRound();
        if (before === NO_ROUND) this.firstRound[row] = at;
        else this.nextRound[before] = at;
      }
      this.openedAt[at] = openedAt.getTime();
      this.settledAt[at] = settledAt === null ? Number.NaN : settledAt.getTime();
      this.outcome[at] = OUTCOME[outcome ?? 'none'];
      before = at;
      at = this.nextRound[at] ?? NO_ROUND;
    }
  }

  #addRound(): number {
    const round = this.#rounds;
    if (round === this.outcome.length) this.#growRounds();
    this.nextRound[round] = NO_ROUND;
    this.#rounds += 1;
    return round;
  }

  #growRows(): void {
    const size = larger(this.kind.length);
    this.revision = copy(this.revision, new Int32Array(size));
    this.kind = copy(this.kind, new Uint8Array(size));
    this.priority = copy(this.priority, new Uint8Array(size));
    this.status = copy(this.status, new Uint8Array(size));
    this.open = copy(this.open, new Uint8Array(size));
    this.assigned = copy(this.assigned, new Uint8Array(size));
    this.resolutions = copy(this.resolutions, new Uint8Array(size));
    this.helped = copy(this.helped, new Uint8Array(size));
    this.agent = copy(this.agent, new Uint32Array(size));
    this.tagList = copy(this.tagList, new Uint32Array(size));
    this.preparedAt = copy(this.preparedAt, new Float64Array(size));
    this.firstReplyMs = copy(this.firstReplyMs, new Float64Array(size));
    this.firstResolutionMs = copy(this.firstResolutionMs, new Float64Array(size));
    this.firstRound = copy(this.firstRound, new Int32Array(size));
  }

  #growRounds(): void {
    const size = larger(this.outcome.length);
    this.nextRound = copy(this.nextRound, new Int32Array(size));
    this.openedAt = copy(this.openedAt, new Float64Array(size));
    this.settledAt = copy(this.settledAt, new Float64Array(size));
    this.outcome = copy(this.outcome, new Uint8Array(size));
  }
}

function larger(length: number): number {
  return Math.max(SMALLEST, Math.ceil(length * GROWTH));
}

function copy<Numbers extends { set(from: Numbers): void }>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
