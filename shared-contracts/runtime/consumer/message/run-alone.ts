// A message that comes back again and again may be what kills the process.

import type { Lanes } from '../../lanes.ts';
import { PermanentFailure } from '../errors.ts';
import type { GroupLedger } from '../ledger/group-ledger.ts';
import { type LedgerSubject, recordCleared, recordSuspected } from '../ledger/write-ledger.ts';
import type { HandleDeps } from './handle-event.ts';
import type { Settlement } from './settlement.ts';

export type AloneDeps = HandleDeps & {
  readonly ledger: GroupLedger;
  readonly lanes: Lanes;
  /** Messages that this process was handling alone; where they come back it has survived them. */
  readonly survived: Set<string>;
};

/** How often a message has come back when it is handled alone. */
export const TOO_OFTEN = 5;

/**
 * Handles a message with nothing beside it, and tells the ledger before. If that is in the ledger when it comes back once
 * more, it is what kills the process.
 *
 * @param giveUp what is done then.
 */
export async function runAlone(
  { store, ledger, lanes, survived }: AloneDeps,
  subject: LedgerSubject,
  run: () => Promise<Settlement>,
  giveUp: (error: PermanentFailure) => Promise<Settlement>,
): Promise<Settlement> {
  const { attemptId } = subject;
  await ledger.readToEnd();
  if (ledger.state.isSuspected(attemptId) && !survived.has(attemptId)) {
    const sentence =
      'The process died each time this message was handled, at last when it was handled alone.';
    return giveUp(new PermanentFailure('kills-the-process', sentence));
  }
  return lanes.alone(async () => {
    survived.add(attemptId);
    await recordSuspected(store, subject);
    const settlement = await run();
    if (settlement.kind !== 'park') await recordCleared(store, subject);
    survived.delete(attemptId);
    return settlement;
  });
}
