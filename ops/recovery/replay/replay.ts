// Failed messages are handled again: asked for, carried out in portions, taken back, taken up again.

import { NotPossible, NotThere } from '../../../shared-contracts/errors/not-possible.ts';
import { isOneOf, type MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import { type ReplayCancelled, ReplayStarted } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { ReplaySelection } from '../../../shared-contracts/messages/replay-selection.ts';
import { freeze, isUntouched, revisionsOf, select, type Wanted } from '../find/selection.ts';
import type { ReplayFacts } from '../ledger/ledger-index.ts';
import { type OperatorRequest, operatorEntry, type Recovery } from '../recovery.ts';
import { ReplayStream } from './replay-stream.ts';
import { appendMissingLinks, portions, requestReplays } from './request-replays.ts';

const isStarted = isOneOf([ReplayStarted]);

/** How a replay was asked for, and when by the clock of the store. */
export type Started = MessageOf<typeof ReplayStarted>['data'] & { readonly writtenAt: Date };

/**
 * Writes down that these messages are to be handled again. Nothing is on its way to the group until `carryOut`.
 *
 * @returns the replay, whose name is the command's id; undefined where there is nothing to replay.
 */
export async function startReplay(
  recovery: Recovery,
  wanted: Wanted,
  request: OperatorRequest,
): Promise<ReplayFacts | undefined> {
  const { group, ledger } = recovery;
  await ledger.readToEnd();
  const before = ledger.index.replay(request.commandId);
  if (before !== undefined) return before;
  const selection = freeze(ledger.index, wanted);
  const total = (await revisionsOf(ledger, selection)).length;
  if (total === 0) return undefined;
  await sayStarted(recovery, selection, total, request);
  await ledger.readToEnd();
  const started = ledger.index.replay(request.commandId);
  if (started === undefined)
    throw new Error(`${streamOf.failures(group.name)} does not give back what was appended.`);
  return started;
}

/**
 * Asks for the messages of a replay, portion by portion: first the ledger says so, then links to their events go to the
 * stream `replay-{group}`, which the group hears like any other. What becomes of them, the ledger tells later.
 *
 * It may be called again for a replay that was interrupted, by whatever process: what was asked for is not asked for
 * again, what was dealt with since is left alone, and links that are missing are appended.
 *
 * @throws NotThere when there is no such replay.
 */
export async function carryOut(recovery: Recovery, batch: string, stop?: AbortSignal): Promise<void> {
  const { store, group, ledger } = recovery;
  await ledger.readToEnd();
  const { selection, by, writtenAt } = await readStarted(recovery, batch);
  const request = { by, commandId: batch };
  const replays = new ReplayStream(store, group.name);
  await appendMissingLinks(recovery, replays, request, writtenAt);

  const goesOn = () => stop?.aborted !== true && ledger.index.replay(batch)?.cancelled !== true;
  let asked = false;
  for await (const portion of portions(select(ledger, selection))) {
    await ledger.readToEnd();
    if (!goesOn()) break;
    const left = portion.filter(({ message: { eventId } }) => {
      const now = ledger.index.message(eventId);
      return now !== undefined && isUntouched(now, selection);
    });
    await requestReplays(recovery, replays, request, left);
    asked = true;
  }
  await ledger.readToEnd();
  const facts = ledger.index.replay(batch);
  // Requests may have crossed the cancellation. Who folds one message only must hear of it after them.
  if (facts?.cancelled === true && asked) await sayCancelled(recovery, batch, request, 'once more');
  if (facts === undefined || !goesOn()) return;
  const requested = requestedOf(facts);
  if (requested !== facts.total) await sayStarted(recovery, selection, requested, request);
}

/** How many of a replay's messages have been asked for. */
export function requestedOf({ attempts }: ReplayFacts): number {
  return attempts.queued + attempts.parked + attempts.recovered + attempts.withdrawn;
}

/**
 * Takes a replay back: what of it has not been handled yet goes back to waiting, and the group leaves its links alone.
 *
 * @throws NotThere when there is no such replay.
 */
export async function cancelReplay(recovery: Recovery, batch: string, by: string): Promise<void> {
  const { ledger } = recovery;
  await ledger.readToEnd();
  if (ledger.index.replay(batch) === undefined) throw unknownReplay(batch);
  await sayCancelled(recovery, batch, { by, commandId: batch });
  await ledger.readToEnd();
}

/** @throws NotThere when there is no such replay. */
export async function readStarted({ ledger }: Recovery, batch: string): Promise<Started> {
  const facts = ledger.index.replay(batch);
  if (facts === undefined) throw unknownReplay(batch);
  for await (const { event, writtenAt } of ledger.entriesAt([facts.startedAt])) {
    if (isStarted(event)) return { ...event.data, writtenAt };
  }
  throw new NotPossible('The ledger does not say which messages this replay is for. Start another one.');
}

async function sayCancelled(
  { store, group }: Recovery,
  batch: string,
  request: OperatorRequest,
  ...parts: readonly string[]
): Promise<void> {
  const event: MessageOf<typeof ReplayCancelled> = {
    type: 'ReplayCancelled',
    data: { group: group.name, batch, by: request.by },
  };
  await store.collect(streamOf.failures(group.name), [operatorEntry(event, request, batch, ...parts)]);
}

async function sayStarted(
  { store, group }: Recovery,
  selection: ReplaySelection,
  total: number,
  request: OperatorRequest,
): Promise<void> {
  const { by, commandId: batch } = request;
  const event: MessageOf<typeof ReplayStarted> = {
    type: 'ReplayStarted',
    data: { group: group.name, batch, total, selection, by },
  };
  const entry = operatorEntry(event, request, batch, String(total));
  await store.collect(streamOf.failures(group.name), [entry]);
}

/** What is said of a replay that nobody asked for in a group. */
export function unknownReplay(batch: string): NotThere {
  return new NotThere(`There is no replay ${batch} in this group.`);
}
