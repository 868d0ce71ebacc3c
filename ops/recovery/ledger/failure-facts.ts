// What lists and searches of failed messages need, kept in memory beside the numbers of the index.
import type { MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import type { FailureEvent, MessageParked } from '../../../shared-contracts/messages/failure-events.ts';
import type { LedgerEntry } from './failed-message.ts';
import type { LedgerIndex } from './ledger-index.ts';

/** A failed message as its last failure tells of it. Texts that are only searched are in small letters. */
export type FailureFact = {
  readonly eventId: string;
  /** Its place in the index, for its state. */
  readonly row: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly handler: string;
  readonly errorName: string;
  readonly errorCode: string | null;
  readonly correlationId: string | null;
  readonly attempt: number;
  readonly message: string;
  readonly frames: string;
  /** When it failed first and last, in milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Revision of the entry about the last failure. */
  readonly parkedAt: number;
  /** Values of its event that may be searched; undefined as long as they have not been read. */
  readonly values: string | undefined;
};

type Known = { -readonly [Name in keyof FailureFact]: FailureFact[Name] } & {
  /** Revisions of all entries about it; undefined where older ones are not known any more. */
  history: number[] | undefined;
};

/** How many resolved messages of a group stay in lists: beyond them, the longest resolved leave. */
const MOST_RESOLVED = 20_000;
const MOST_TEXTS = 20_000;

export class FailureFacts {
  readonly #index: LedgerIndex;
  readonly #known = new Map<string, Known>();
  readonly #resolved = new Set<string>();
  /** Many messages fail in the same way: what they say is kept once. */
  readonly #texts = new Map<string, string>();

  constructor(index: LedgerIndex) {
    this.#index = index;
  }

  get(eventId: string): FailureFact | undefined {
    return this.#known.get(eventId);
  }

  all(): Iterable<FailureFact> {
    return this.#known.values();
  }

  /** Those that are not resolved and whose values have not been read. */
  *unread(): Iterable<FailureFact> {
    for (const fact of this.#known.values())
      if (fact.values === undefined && !this.#resolved.has(fact.eventId)) yield fact;
  }

  setValues({ eventId }: FailureFact, values: string): void {
    const fact = this.#known.get(eventId);
    if (fact !== undefined) fact.values = values;
  }

  /** The revisions of all entries about a message; undefined where they are not known any more. */
  historyOf(eventId: string): readonly number[] | undefined {
    return this.#known.get(eventId)?.history;
  }

  /** Adds an entry that is in the index already. @param resolved whether it has resolved its message. */
  add({ revision, event }: LedgerEntry, resolved: boolean): void {
    const eventId = subjectOf(event);
    if (eventId === undefined) return;
    if (event.type === 'MessageParked') this.#parked(event.data, revision);
    if (event.type === 'MessageParked' || event.type === 'ReplayRequested') this.#resolved.delete(eventId);
    const fact = this.#known.get(eventId);
    fact?.history?.push(revision);
    if (resolved && fact !== undefined) this.#isResolved(fact);
  }

  #parked(failure: MessageOf<typeof MessageParked>['data'], revision: number): void {
    const { origin, error, attempt } = failure;
    const { eventId } = origin;
    const row = this.#index.rowOf(eventId);
    if (row === undefined || this.#index.parkedAt(row) !== revision) return;
    const before = this.#known.get(eventId);
    const lastAt = Date.parse(failure.occurredAt);
    // The last to fail stands last.
    this.#known.delete(eventId);
    this.#known.set(eventId, {
      eventId,
      row,
      stream: origin.stream,
      revision: origin.revision,
      type: this.#once(origin.type),
      handler: this.#once(failure.handler),
      errorName: this.#once(error.name),
      errorCode: error.code === null ? null : this.#once(error.code),
      correlationId: failure.correlationId,
      attempt,
      message: this.#once(error.message.toLowerCase()),
      frames: this.#once(framesOf(error.stack)),
      firstAt: before?.firstAt ?? lastAt,
      lastAt,
      parkedAt: revision,
      values: before?.values,
      history: before === undefined && attempt > 1 ? undefined : (before?.history ?? []),
    });
  }

  #isResolved(fact: Known): void {
    fact.values = undefined;
    this.#resolved.delete(fact.eventId);
    this.#resolved.add(fact.eventId);
    if (this.#resolved.size <= MOST_RESOLVED) return;
    for (const oldest of this.#resolved) {
      this.#resolved.delete(oldest);
      this.#known.delete(oldest);
      return;
    }
  }

  #once(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}

/** The id of the event that an entry is about; undefined for those about a whole replay. */
export function subjectOf({ data }: FailureEvent): string | undefined {
  if ('origin' in data) return data.origin.eventId;
  return 'eventId' in data ? data.eventId : undefined;
}

/** The stack behind its first lines, which say the error's message once more. */
function framesOf(stack: string): string {
  const start = stack.search(/\n\s+at /);
  return start < 0 ? '' : stack.slice(start + 1).toLowerCase();
}
