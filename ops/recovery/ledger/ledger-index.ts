// The ledger of one group, folded to what recovery works with: numbers only, no payload.
import type { MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import {
  ATTEMPT_STATES,
  type AttemptState,
  attemptAfter,
  FAILED_STATES,
  type FailedState,
} from '../../../shared-contracts/messages/failed-message-state.ts';
import type {
  MessageDiscarded,
  MessageParked,
  MessageRecovered,
  ReplayCancelled,
  ReplayRequested,
} from '../../../shared-contracts/messages/failure-events.ts';
import type { FailedMessage, LedgerEntry } from './failed-message.ts';
import { UuidTable } from './uuid-table.ts';

/** What the ledger says about one replay, which may be of many messages. */
export type ReplayFacts = {
  readonly batch: string;
  /** Revision of the entry that started it, or that was the first to name it. */
  readonly startedAt: number;
  /** How many messages it is for. */
  readonly total: number;
  readonly cancelled: boolean;
  /** How many of its attempts are in each state. */
  readonly attempts: Readonly<Record<AttemptState, number>>;
};

type Data<Definition> = MessageOf<Definition> extends { readonly data: infer Content } ? Content : never;

/**
 * Add the entries of a ledger in their order, and ask. The last word counts: an entry that says what was said before
 * (after a crash a step is repeated), or that comes too late, changes nothing. To know these, a message that is resolved
 * stays as its number: some 50 bytes for a message, some 40 for an attempt.
 */
export class LedgerIndex {
  /** States are kept as their place in the list + 1; references to rows, and revisions that may be missing, as + 1. */
  readonly #messages = new UuidTable(['state', 'parkedAt', 'saidAt', 'attempts', 'attempt']);
  readonly #attempts = new UuidTable(['state', 'batch', 'message']);
  readonly #batches = new UuidTable(['startedAt', 'total', 'cancelledAt', ...ATTEMPT_STATES]);
  readonly #discards = new UuidTable([]);
  readonly #counts = new Map<FailedState, number>(FAILED_STATES.map((state) => [state, 0]));
  #head = -1;

  /** Revision of the last entry that was added; -1 for none. */
  get head(): number {
    return this.#head;
  }

  /** @returns whether a message was resolved by the entry. */
  add({ revision, id, event }: LedgerEntry): boolean {
    this.#head = revision;
    switch (event.type) {
      case 'MessageParked':
        this.#parked(event.data, revision);
        return false;
      case 'ReplayStarted':
        this.#batches.set(this.#batch(event.data.batch, revision), 'total', event.data.total);
        return false;
      case 'ReplayRequested':
        this.#requested(event.data, revision);
        return false;
      case 'ReplayCancelled':
        this.#cancelled(event.data, revision);
        return false;
      case 'MessageRecovered':
        return this.#recovered(event.data, revision);
      case 'MessageDiscarded':
        return this.#discarded(event.data, id, revision);
      case 'PersonalDataShown':
      case 'StreamBlocked':
      case 'StreamReleased':
      case 'MessageSuspected':
      case 'SuspicionCleared':
        return false;
    }
  }

  /** Notes that an entry of the ledger says nothing to us: one of a newer version. */
  skip(revision: number): void {
    this.#head = revision;
  }

  count(state: FailedState): number {
    return this.#counts.get(state) ?? 0;
  }

  message(eventId: string): FailedMessage | undefined {
    const row = this.#messages.find(eventId);
    return row === undefined ? undefined : this.#messageAt(row);
  }

  /** Where a message stands among all of them, for as long as the index lives; undefined for what never failed. */
  rowOf(eventId: string): number | undefined {
    return this.#messages.find(eventId);
  }

  stateAt(row: number): FailedState | undefined {
    return FAILED_STATES[this.#messages.get(row, 'state') - 1];
  }

  /** Revision of the entry about the last failure of the message in this row. */
  parkedAt(row: number): number {
    return this.#messages.get(row, 'parkedAt');
  }

  /** Revision of the entry that put the message in this row into its state. */
  saidAt(row: number): number {
    return this.#messages.get(row, 'saidAt');
  }

  /** Where the ledger tells of the last failures of what waits and of which nothing was said after this revision. */
  stillWaiting(upTo: number): Uint32Array {
    const rows = this.#rowsIn('waiting').filter((row) => this.#messages.get(row, 'saidAt') <= upTo);
    return Uint32Array.from(rows, (row) => this.#messages.get(row, 'parkedAt')).sort();
  }

  /** The message that an attempt is of. */
  messageOfAttempt(attemptId: string): FailedMessage | undefined {
    const row = this.#attempts.find(attemptId);
    return row === undefined ? undefined : this.#messageAt(this.#attempts.get(row, 'message'));
  }

  replay(batch: string): ReplayFacts | undefined {
    const row = this.#batches.find(batch);
    return row === undefined ? undefined : this.#replayAt(row);
  }

  /** The replays, the newest first. */
  *replays(): Iterable<ReplayFacts> {
    for (let row = this.#batches.size - 1; row >= 0; row -= 1) yield this.#replayAt(row);
  }

  /** The attempts of a replay of which nothing has been heard yet, and their messages. */
  *queued(batch: string): Iterable<{ readonly attemptId: string; readonly message: FailedMessage }> {
    for (const row of this.#attemptRows(batch, 'queued')) {
      const message = this.#messageAt(this.#attempts.get(row, 'message'));
      yield { attemptId: this.#attempts.uuidOf(row), message };
    }
  }

  /** The messages whose attempt in this replay failed. */
  *failedIn(batch: string): Iterable<FailedMessage> {
    for (const row of this.#attemptRows(batch, 'parked')) {
      yield this.#messageAt(this.#attempts.get(row, 'message'));
    }
  }

  #parked({ origin, attemptId }: Data<typeof MessageParked>, revision: number): void {
    const row = this.#messages.add(origin.eventId);
    if (!this.#tell(this.#attempts.add(attemptId), row, 'parked')) return;
    this.#messages.set(row, 'attempts', this.#messages.get(row, 'attempts') + 1);
    this.#messages.set(row, 'parkedAt', revision);
    this.#say(row, 'waiting', revision);
  }

  #requested({ origin, replayId, batch }: Data<typeof ReplayRequested>, revision: number): void {
    const row = this.#messages.find(origin.eventId);
    if (row === undefined) return;
    const batchRow = this.#batch(batch, revision);
    const attempt = this.#attempts.add(replayId);
    if (this.#attempts.get(attempt, 'batch') === 0) this.#attempts.set(attempt, 'batch', batchRow + 1);
    if (!this.#tell(attempt, row, 'queued')) return;
    if (this.#batches.get(batchRow, 'cancelledAt') > 0) {
      this.#tell(attempt, row, 'withdrawn');
      return;
    }
    this.#messages.set(row, 'attempt', attempt + 1);
    this.#say(row, 'replaying', revision);
  }

  #cancelled({ batch }: Data<typeof ReplayCancelled>, revision: number): void {
    const batchRow = this.#batch(batch, revision);
    if (this.#batches.get(batchRow, 'cancelledAt') > 0) return;
    this.#batches.set(batchRow, 'cancelledAt', revision + 1);
    for (const attempt of this.#attemptRows(batch, 'queued')) {
      const row = this.#attempts.get(attempt, 'message');
      this.#tell(attempt, row, 'withdrawn');
      const current = this.#messages.get(row, 'attempt') === attempt + 1;
      if (current && this.stateAt(row) === 'replaying') this.#say(row, 'waiting', revision);
    }
  }

  #recovered({ origin, attemptId }: Data<typeof MessageRecovered>, revision: number): boolean {
    const row = this.#messages.find(origin.eventId);
    if (row === undefined || !this.#tell(this.#attempts.add(attemptId), row, 'recovered')) return false;
    this.#say(row, 'recovered', revision);
    return true;
  }

  #discarded({ origin }: Data<typeof MessageDiscarded>, id: string, revision: number): boolean {
    const row = this.#messages.find(origin.eventId);
    if (row === undefined || this.#discards.find(id) !== undefined) return false;
    this.#discards.add(id);
    const attempt = this.#messages.get(row, 'attempt');
    if (attempt > 0) this.#tell(attempt - 1, row, 'withdrawn');
    this.#say(row, 'discarded', revision);
    return true;
  }

  /** @returns whether that is news. */
  #tell(attempt: number, message: number, told: AttemptState): boolean {
    const before = ATTEMPT_STATES[this.#attempts.get(attempt, 'state') - 1];
    const after = attemptAfter(before, told);
    if (after === undefined) return false;
    this.#attempts.set(attempt, 'message', message);
    this.#attempts.set(attempt, 'state', ATTEMPT_STATES.indexOf(after) + 1);
    const batch = this.#attempts.get(attempt, 'batch') - 1;
    if (batch >= 0) {
      if (before !== undefined) this.#batches.set(batch, before, this.#batches.get(batch, before) - 1);
      this.#batches.set(batch, after, this.#batches.get(batch, after) + 1);
    }
    return true;
  }

  #say(row: number, state: FailedState, revision: number): void {
    const before = this.stateAt(row);
    if (before !== undefined) this.#counts.set(before, this.count(before) - 1);
    this.#counts.set(state, this.count(state) + 1);
    this.#messages.set(row, 'state', FAILED_STATES.indexOf(state) + 1);
    this.#messages.set(row, 'saidAt', revision);
  }

  #batch(batch: string, revision: number): number {
    const row = this.#batches.add(batch);
    if (this.#batches.get(row, 'startedAt') === 0) this.#batches.set(row, 'startedAt', revision + 1);
    return row;
  }

  *#attemptRows(batch: string, state: AttemptState): Iterable<number> {
    const batchRow = this.#batches.find(batch);
    if (batchRow === undefined) return;
    const wanted = ATTEMPT_STATES.indexOf(state) + 1;
    for (let row = 0; row < this.#attempts.size; row += 1) {
      if (this.#attempts.get(row, 'batch') !== batchRow + 1) continue;
      if (this.#attempts.get(row, 'state') === wanted) yield row;
    }
  }

  #rowsIn(state: FailedState): readonly number[] {
    const wanted = FAILED_STATES.indexOf(state) + 1;
    const rows: number[] = [];
    for (let row = 0; row < this.#messages.size; row += 1)
      if (this.#messages.get(row, 'state') === wanted) rows.push(row);
    return rows;
  }

  #messageAt(row: number): FailedMessage {
    return {
      eventId: this.#messages.uuidOf(row),
      state: this.stateAt(row) ?? 'waiting',
      attempts: this.#messages.get(row, 'attempts'),
      parkedAt: this.#messages.get(row, 'parkedAt'),
      saidAt: this.#messages.get(row, 'saidAt'),
    };
  }

  #replayAt(row: number): ReplayFacts {
    const count = (state: AttemptState) => this.#batches.get(row, state);
    return {
      batch: this.#batches.uuidOf(row),
      startedAt: this.#batches.get(row, 'startedAt') - 1,
      total: this.#batches.get(row, 'total'),
      cancelled: this.#batches.get(row, 'cancelledAt') > 0,
      attempts: {
        queued: count('queued'),
        parked: count('parked'),
        recovered: count('recovered'),
        withdrawn: count('withdrawn'),
      },
    };
  }
}
