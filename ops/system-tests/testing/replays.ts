// Replays as an operator's command starts them, for tests of what comes of them.
import { randomUUID } from 'node:crypto';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { Wanted } from '../../recovery/find/selection.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { type ReplayProgress, watchReplay } from '../../recovery/replay/progress.ts';
import { carryOut, startReplay } from '../../recovery/replay/replay.ts';
import { collect } from './failing-group.ts';

/** Who asks for replays. */
export const OPERATOR = 'operator:sam';

/** Starts a replay and asks for all of it: its id. */
export async function replay(recovery: Recovery, wanted: Wanted, commandId = randomUUID()): Promise<string> {
  const started = await startReplay(recovery, wanted, { by: OPERATOR, commandId });
  if (started === undefined) throw new Error('There was nothing to replay.');
  await carryOut(recovery, started.batch);
  return started.batch;
}

/** How far a replay had come when it had ended. */
export async function lastProgress(recovery: Recovery, batch: string): Promise<ReplayProgress | undefined> {
  return (await collect(watchReplay(recovery, batch, { stop: AbortSignal.timeout(20_000) }))).at(-1);
}

/** What the entries of the ledger say from a revision on, and who said it. */
export async function told({ store, group }: Recovery, from = 0) {
  const entries = await collect(store.read(streamOf.failures(group.name), { from }));
  return entries.map(({ event, metadata }) => ({ ...event, actor: metadata.actor }));
}
