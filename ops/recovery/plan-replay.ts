import type { FailedOrigin } from '../../shared-contracts/messages/failure-events.ts';
import { readEvent } from './read-event.ts';
import type { Recovery } from './recovery.ts';
import { freeze, select, type Wanted } from './selection.ts';

/** What a replay would be: nothing is written. */
export type ReplayPlan = {
  readonly total: number;
  /** How many of the events that the messages are about no longer exist: their replay can only fail. */
  readonly gone: number;
  /** Some of them, a hundred at most. */
  readonly examples: readonly FailedOrigin[];
};

const AT_ONCE = 16;
const MOST_EXAMPLES = 100;

/** Says how many messages a replay would be for, and which of their events no longer exist. */
export async function planReplay({ store, ledger }: Recovery, wanted: Wanted): Promise<ReplayPlan> {
  await ledger.readToEnd();
  let total = 0;
  let gone = 0;
  const examples: FailedOrigin[] = [];
  const selected = select(ledger, freeze(ledger.index, wanted));
  const lookAtNext = async () => {
    for (let next = await selected.next(); next.done !== true; next = await selected.next()) {
      const { origin } = next.value.facts;
      total += 1;
      const event = await readEvent(store, origin.stream, origin.revision);
      if (event?.id === origin.eventId) continue;
      gone += 1;
      if (examples.length < MOST_EXAMPLES) examples.push(origin);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lookAtNext));
  return { total, gone, examples };
}
