// A portion of a replay: first the ledger says so, then links lead the group to the events.
import type { MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import type { ReplayRequested } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { linkTo } from '../../../shared-contracts/runtime/event-store/links.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { currentCarrier } from '../../../shared-contracts/runtime/telemetry/spans.ts';
import { failuresAt, type Selected } from '../find/selection.ts';
import type { FailedMessage } from '../ledger/failed-message.ts';
import { type OperatorRequest, operatorEntry, type Recovery } from '../recovery.ts';
import type { ReplayStream } from './replay-stream.ts';

/** Messages whose requests and links are appended at once. */
const PORTION = 250;

/** Asks for these messages to be handled again. */
export async function requestReplays(
  { store, group }: Recovery,
  replays: ReplayStream,
  request: OperatorRequest,
  portion: readonly Selected[],
): Promise<void> {
  if (portion.length === 0) return;
  const { by, commandId: batch } = request;
  const asked = portion.map((selected) => {
    const { eventId } = selected.facts.origin;
    return { selected, replayId: replayIdOf(group.name, batch, eventId) };
  });
  const entries = asked.map(({ selected: { message, facts }, replayId }) => {
    const { origin } = facts;
    const event: MessageOf<typeof ReplayRequested> = {
      type: 'ReplayRequested',
      data: { group: group.name, origin, replayId, batch, attempt: message.attempts + 1, by },
    };
    return operatorEntry(event, request, origin.eventId, replayId);
  });
  await store.collect(streamOf.failures(group.name), entries);
  await replays.append(asked.map(({ selected, replayId }) => replayLink(selected, replayId, request)));
}

/**
 * Appends the links that are missing: a process may have died between the ledger's word and the links.
 *
 * @param since when the replay was started, by the clock of the store.
 */
export async function appendMissingLinks(
  { group, ledger }: Recovery,
  replays: ReplayStream,
  request: OperatorRequest,
  since: Date,
): Promise<void> {
  const lacking = new Map<string, FailedMessage>();
  for (const { attemptId, message } of ledger.index.queued(request.commandId)) {
    // The event of an edited replay cannot be made again from the ledger: the operator takes it back and edits anew.
    if (attemptId === replayIdOf(group.name, request.commandId, message.eventId)) {
      lacking.set(attemptId, message);
    }
  }
  const missing = lacking.size === 0 ? [] : await replays.missing(lacking.keys(), since);
  const messages = [...missing].map((id) => lacking.get(id)).filter((message) => message !== undefined);
  const revisions = messages.map(({ parkedAt }) => parkedAt).sort((one, other) => one - other);
  for await (const portion of portions(failuresAt(ledger, revisions))) {
    const links = portion.map((selected) => {
      const replayId = replayIdOf(group.name, request.commandId, selected.facts.origin.eventId);
      return replayLink(selected, replayId, request);
    });
    await replays.append(links);
  }
}

/** The same at every repetition: so the ledger and the stream of links know it again. */
function replayIdOf(group: string, batch: string, eventId: string): string {
  return deterministicId('replay', group, batch, eventId);
}

function replayLink(
  { message, facts }: Selected,
  replayId: string,
  { by, commandId: batch }: OperatorRequest,
) {
  const requestedAt = new Date().toISOString();
  const { origin } = facts;
  const about = { origin, attempt: message.attempts + 1, by, batch, requestedAt, ...currentCarrier() };
  return linkTo(origin, replayId, about);
}

/** Cuts a stream of items into portions. */
export async function* portions<Item>(
  items: AsyncIterable<Item>,
): AsyncGenerator<readonly Item[], void, undefined> {
  let portion: Item[] = [];
  for await (const item of items) {
    portion.push(item);
    if (portion.length === PORTION) {
      yield portion;
      portion = [];
    }
  }
  if (portion.length > 0) yield portion;
}
