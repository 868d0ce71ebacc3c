import type { MethodArguments } from '../wire/method-codec.ts';
import type { Channel } from './channel.ts';

/** exchange.declare: what is answered is on disk. */
export async function declareExchange(
  channel: Channel,
  args: MethodArguments<'exchange.declare'>,
): Promise<void> {
  const { exchanges, store } = channel.broker;
  if (args.passive) {
    exchanges.check(args.exchange);
  } else {
    exchanges.declare({
      name: args.exchange,
      type: args.type,
      durable: args.durable,
      autoDelete: args.autoDelete,
      internal: args.internal,
      arguments: args.arguments,
    });
    if (args.durable) await store.flushed();
  }
  if (!args.noWait) channel.send('exchange.declare-ok', {});
}

/** exchange.delete */
export async function deleteExchange(
  channel: Channel,
  args: MethodArguments<'exchange.delete'>,
): Promise<void> {
  channel.broker.exchanges.delete(args.exchange, args.ifUnused);
  await channel.broker.store.flushed();
  if (!args.noWait) channel.send('exchange.delete-ok', {});
}
