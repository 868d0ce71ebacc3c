import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { MessageDiscarded } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { entryOf, type OperatorRequest, type Recovery } from './recovery.ts';
import { linkTo, ReplayStream } from './replay-stream.ts';
import { failuresAt } from './selection.ts';

/**
 * Writes down that failed messages are not to be handled. They can still be replayed, which undoes this. In an ordered
 * group a link tells the consumer to go on with the stream that the message has held up.
 *
 * @returns how many: those that are resolved already, or unknown, are left alone. One that is discarded already only gets
 *   its link again, which a crash may have cut off.
 */
export async function discard(
  { store, group, ledger }: Recovery,
  messages: readonly string[],
  reason: string,
  request: OperatorRequest,
): Promise<number> {
  await ledger.readToEnd();
  const revisions = [...new Set(messages)]
    .map((eventId) => ledger.index.message(eventId))
    .filter((message) => message !== undefined)
    .filter(({ state }) => state !== 'recovered')
    .map(({ parkedAt }) => parkedAt)
    .sort((one, other) => one - other);
  const replays = new ReplayStream(store, group.name);
  const { by, commandId: batch } = request;
  let discarded = 0;
  for await (const { message, facts } of failuresAt(ledger, revisions)) {
    const { origin } = facts;
    if (message.state !== 'discarded') {
      const event: MessageOf<typeof MessageDiscarded> = {
        type: 'MessageDiscarded',
        data: { group: group.name, origin, reason, by },
      };
      const entry = entryOf(event, request, origin.eventId, origin.eventId);
      await store.collect(streamOf.failures(group.name), [entry]);
      discarded += 1;
    }
    if (group.order === 'by-stream') {
      const id = deterministicId('release', group.name, batch, origin.eventId);
      await replays.append([linkTo(origin, id, { release: true, by, batch })]);
    }
  }
  await ledger.readToEnd();
  return discarded;
}
