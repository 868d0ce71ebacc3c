import type { FastifyReply } from 'fastify';
import type { Recovery } from '../../recovery/recovery.ts';
import { watchReplay } from '../../recovery/replay/progress.ts';

const LIMIT_MS = 1500;

/** Waits a moment for what becomes of a replayed message, and leaves it for the next page to show. */
export async function tellOutcome(reply: FastifyReply, recovery: Recovery, batch: string): Promise<void> {
  const stop = AbortSignal.timeout(LIMIT_MS);
  let outcome: 'recovered' | 'parked' | 'queued' = 'queued';
  for await (const { recovered, parkedAgain } of watchReplay(recovery, batch, { everyMs: 40, stop })) {
    if (recovered > 0) outcome = 'recovered';
    else if (parkedAgain > 0) outcome = 'parked';
  }
  if (outcome === 'recovered') reply.flash('done', 'The message was handled: it is recovered.');
  else if (outcome === 'parked')
    reply.flash('problem', 'The handler failed again; the newest error is shown.');
  else reply.flash('note', 'The replay is on its way.');
}
