import type { AnyMessage } from '../../messages/define-message.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { type AnyCommand, handleCommand } from '../handle-command.ts';
import type { Aggregate } from '../load-stream.ts';
import { contextOf } from './command-context.ts';
import type { Envelope } from './envelope.ts';
import { mustBeAccepted } from './errors.ts';

/**
 * For handlers: gives a command because of a message.
 *
 * @param command has an id made from the message's event id, so that the message, handled again, gives the same command.
 * @throws CommandRejected, which parks the message, where the command is refused.
 */
export async function giveCommand<State, Command extends AnyCommand, Event extends AnyMessage>(
  store: EventStore,
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
  command: Command,
  because: Omit<Envelope, 'event'>,
): Promise<void> {
  mustBeAccepted(await handleCommand(store, aggregate, stream, command, contextOf(because)));
}
