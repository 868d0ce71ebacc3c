import { setTimeout as pause } from 'node:timers/promises';
import type { ReplayFacts } from '../ledger/ledger-index.ts';
import type { Recovery } from '../recovery.ts';
import { requestedOf, unknownReplay } from './replay.ts';

/** How far a replay is, as the ledger tells it. */
export type ReplayProgress = {
  readonly batch: string;
  readonly total: number;
  readonly requested: number;
  readonly recovered: number;
  readonly parkedAgain: number;
  /** Asked for, and nothing heard of it yet. */
  readonly queued: number;
  /** Taken back before they were handled: the replay was cancelled, or the message was discarded. */
  readonly withdrawn: number;
  readonly cancelled: boolean;
  /** Nothing more will come: of every message it is known what became of it. */
  readonly ended: boolean;
};

/** How far a replay of one group is, of what the ledger tells. */
export function progressOf(facts: ReplayFacts): ReplayProgress {
  const { batch, total, cancelled, attempts } = facts;
  const requested = requestedOf(facts);
  return {
    batch,
    total,
    requested,
    recovered: attempts.recovered,
    parkedAgain: attempts.parked,
    queued: attempts.queued,
    withdrawn: attempts.withdrawn,
    cancelled,
    ended: attempts.queued === 0 && (cancelled || requested >= total),
  };
}

/** The progress of a replay that is about messages of several groups. */
export function sumOf(parts: readonly ReplayProgress[]): ReplayProgress {
  const sum = (count: (part: ReplayProgress) => number) =>
    parts.reduce((total, part) => total + count(part), 0);
  return {
    batch: parts[0]?.batch ?? '',
    total: sum(({ total }) => total),
    requested: sum(({ requested }) => requested),
    recovered: sum(({ recovered }) => recovered),
    parkedAgain: sum(({ parkedAgain }) => parkedAgain),
    queued: sum(({ queued }) => queued),
    withdrawn: sum(({ withdrawn }) => withdrawn),
    cancelled: parts.some(({ cancelled }) => cancelled),
    ended: parts.every(({ ended }) => ended),
  };
}

/**
 * How far a replay is, now and then whenever something changed, until it has ended or `stop` aborts.
 *
 * @throws NotThere when there is no such replay.
 */
export async function* watchReplay(
  { ledger }: Recovery,
  batch: string,
  { everyMs = 100, stop }: { readonly everyMs?: number; readonly stop?: AbortSignal } = {},
): AsyncGenerator<ReplayProgress, void, undefined> {
  let told = -1;
  while (stop?.aborted !== true) {
    await ledger.readToEnd();
    const facts = ledger.index.replay(batch);
    if (facts === undefined) throw unknownReplay(batch);
    const progress = progressOf(facts);
    if (ledger.index.head > told) yield progress;
    if (progress.ended) return;
    told = ledger.index.head;
    await pause(everyMs, undefined, stop === undefined ? {} : { signal: stop }).catch(() => undefined);
  }
}
