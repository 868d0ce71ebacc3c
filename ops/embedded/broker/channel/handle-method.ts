import { AmqpFault, notImplemented } from '../wire/fault.ts';
import type { Method } from '../wire/method-codec.ts';
import { ack, cancel, consume, get, recover, refuse, setPrefetch } from './basic-methods.ts';
import type { Channel } from './channel.ts';
import { declareExchange, deleteExchange } from './exchange-methods.ts';
import { bindQueue, declareQueue, deleteQueue, purgeQueue, unbindQueue } from './queue-methods.ts';

/** Does what a client asks on an open channel; a promise when the answer has to wait for the disk. */
export function handleMethod(channel: Channel, method: Method): Promise<void> | undefined {
  switch (method.name) {
    case 'exchange.declare':
      return declareExchange(channel, method.args);
    case 'exchange.delete':
      return deleteExchange(channel, method.args);
    case 'queue.declare':
      return declareQueue(channel, method.args);
    case 'queue.bind':
      return bindQueue(channel, method.args);
    case 'queue.unbind':
      return unbindQueue(channel, method.args);
    case 'queue.purge':
      return purgeQueue(channel, method.args);
    case 'queue.delete':
      return deleteQueue(channel, method.args);
    case 'basic.qos':
      setPrefetch(channel, method.args);
      return undefined;
    case 'basic.consume':
      consume(channel, method.args);
      return undefined;
    case 'basic.cancel':
      cancel(channel, method.args);
      return undefined;
    case 'basic.publish':
      channel.startPublish(method.args);
      return undefined;
    case 'basic.get':
      return get(channel, method.args);
    case 'basic.ack':
      ack(channel, method.args);
      return undefined;
    case 'basic.nack':
      refuse(channel, method.args.deliveryTag, method.args.multiple, method.args.requeue);
      return undefined;
    case 'basic.reject':
      refuse(channel, method.args.deliveryTag, false, method.args.requeue);
      return undefined;
    case 'basic.recover':
      recover(channel, method.args);
      return undefined;
    case 'confirm.select':
      channel.selectConfirms();
      if (!method.args.noWait) channel.send('confirm.select-ok', {});
      return undefined;
    case 'channel.flow':
      if (!method.args.active) throw notImplemented('active=false');
      channel.send('channel.flow-ok', { active: true });
      return undefined;
    default:
      throw new AmqpFault(503, `${method.name} is not for a client to send here`);
  }
}
