import { NotThere } from '../../../shared-contracts/errors/not-possible.ts';
import type { Recovery } from '../recovery.ts';
import { failuresAt, type Selected } from './selection.ts';

/** A message with its last failure. @throws NotThere when the ledger does not know it. */
export async function readFailure({ ledger }: Recovery, eventId: string): Promise<Selected> {
  await ledger.readToEnd();
  const message = ledger.index.message(eventId);
  if (message !== undefined) {
    for await (const failure of failuresAt(ledger, [message.parkedAt])) return failure;
  }
  throw new NotThere('There is no such failed message in this group.');
}
