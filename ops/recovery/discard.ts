import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { MessageDiscarded } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { linkTo } from '../../shared-contracts/runtime/event-store/links.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { failuresAt, freeze, revisionsOf, type Wanted } from './find/selection.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type OperatorRequest, operatorEntry, type Recovery } from './recovery.ts';
import { ReplayStream } from './replay/replay-stream.ts';
import { portions } from './replay/request-replays.ts';

/**
 * Writes down that failed messages are not to be handled. They can still be replayed, which undoes this. In an ordered
 * group a link tells the consumer to go on with the stream that the message has held up.
 *
 * @returns how many: those that are resolved already, or unknown, are left alone. One that is discarded already only gets
 *   its link again, which a crash may have cut off.
 */
export async function discard(
  { store, group, ledger }: Recovery,
  wanted: Wanted,
  reason: string,
  request: OperatorRequest,
): Promise<number> {
  await ledger.readToEnd();
  const replays = new ReplayStream(store, group.name);
  const { by, commandId: batch } = request;
  let discarded = 0;
  for await (const portion of portions(failuresAt(ledger, await toDiscard(ledger, wanted)))) {
    await ledger.readToEnd();
    const open = portion.filter(
      ({ message: { eventId } }) => ledger.index.message(eventId)?.state !== 'recovered',
    );
    const entries = open
      .filter(({ message: { eventId } }) => ledger.index.message(eventId)?.state !== 'discarded')
      .map(({ facts: { origin } }) => {
        const event: MessageOf<typeof MessageDiscarded> = {
          type: 'MessageDiscarded',
          data: { group: group.name, origin, reason, by },
        };
        return operatorEntry(event, request, origin.eventId, origin.eventId);
      });
    if (entries.length > 0) await store.collect(streamOf.failures(group.name), entries);
    discarded += entries.length;
    if (group.order === 'free' || open.length === 0) continue;
    const links = open.map(({ facts: { origin } }) =>
      linkTo(origin, deterministicId('release', group.name, batch, origin.eventId), {
        origin,
        release: true,
        by,
        batch,
      }),
    );
    await replays.append(links);
  }
  await ledger.readToEnd();
  return discarded;
}

async function toDiscard(ledger: Ledger, wanted: Wanted): Promise<Iterable<number>> {
  if (wanted.messages === undefined) return revisionsOf(ledger, freeze(ledger.index, wanted));
  return [...new Set(wanted.messages)]
    .map((eventId) => ledger.index.message(eventId))
    .filter((message) => message !== undefined)
    .map(({ parkedAt }) => parkedAt)
    .sort((one, other) => one - other);
}
