import type { FastifyInstance } from 'fastify';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { CommandContext } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import type { StreamChanges } from '../../shared-contracts/runtime/live/stream-changes.ts';
import type { AddressHash } from '../../shared-contracts/runtime/personal/address-hash.ts';
import type { AnswerLive } from '../../shared-contracts/runtime/web/live.ts';
import type { TrackingLinks } from '../tracking-links.ts';

/** What the pages of this site work with. */
export type CustomerSite = {
  readonly app: FastifyInstance;
  readonly store: EventStore;
  readonly trackingLinks: TrackingLinks;
  readonly addressHash: AddressHash;
  /** Issues that one network address may report in a minute; 0: any number. */
  readonly reportsPerMinute: number;
  /** Replies, ratings and closings that one network address may send in a minute; 0: any number. */
  readonly repliesPerMinute: number;
  /** Lets open pages follow their issue. */
  readonly live: AnswerLive;
  readonly changes: Pick<StreamChanges, 'listen'>;
};

/**
 * A command that a customer gave on a page.
 *
 * @param about the id of what it is about: all commands about one issue are one conversation.
 */
export function commandContext(about: string, commandId: string): CommandContext {
  return {
    actor: 'customer',
    correlationId: deterministicId('conversation', about),
    causationId: commandId,
  };
}
