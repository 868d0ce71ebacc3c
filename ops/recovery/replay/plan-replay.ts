import type { FailedOrigin } from '../../../shared-contracts/messages/failure-events.ts';
import { recordedAt } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import { failuresAt, freeze, revisionsOf, type Wanted } from '../find/selection.ts';
import type { Recovery } from '../recovery.ts';

/** What a replay would be: nothing is written. */
export type ReplayPlan = {
  readonly total: number;
  /** How many of them were looked at, the first to fail first. */
  readonly lookedAt: number;
  /** How many of the events that the messages are about no longer exist: their replay can only fail. */
  readonly gone: number;
  /** Some of them, a hundred at most. */
  readonly examples: readonly FailedOrigin[];
};

const AT_ONCE = 16;
const MOST_EXAMPLES = 100;

/**
 * Says how many messages a replay would be for, and which of their events no longer exist.
 *
 * @param most how many events are looked for at most.
 */
export async function planReplay(
  { store, ledger }: Recovery,
  wanted: Wanted,
  most = Number.POSITIVE_INFINITY,
): Promise<ReplayPlan> {
  await ledger.readToEnd();
  const revisions = await revisionsOf(ledger, freeze(ledger.index, wanted));
  let lookedAt = 0;
  let gone = 0;
  const examples: FailedOrigin[] = [];
  const selected = failuresAt(ledger, revisions.subarray(0, most));
  const lookAtNext = async () => {
    for (let next = await selected.next(); next.done !== true; next = await selected.next()) {
      const { origin } = next.value.facts;
      lookedAt += 1;
      const event = await recordedAt(store.client, origin.stream, origin.revision);
      if (event?.id === origin.eventId) continue;
      gone += 1;
      if (examples.length < MOST_EXAMPLES) examples.push(origin);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lookAtNext));
  return { total: revisions.length, lookedAt, gone, examples };
}
