import type { CommandContext } from '../handle-command.ts';
import type { Envelope } from './envelope.ts';

/** A command that a handler gives: caused by the event, in its conversation, in the name of the group. */
export function contextOf({ origin, metadata, delivery }: Omit<Envelope, 'event'>): CommandContext {
  return {
    actor: `system:${delivery.group}`,
    correlationId: metadata.$correlationId,
    causationId: origin.eventId,
  };
}
