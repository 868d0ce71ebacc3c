import { decodeTable } from '../field-table.ts';
import type { Reader } from '../reader.ts';
import { type Answers, bare, type NoArguments } from './answer.ts';

/** What clients send of class basic (60); basic.nack is RabbitMQ's extension. */
export function readBasicMethod(methodId: number, reader: Reader) {
  switch (methodId) {
    case 10: {
      const prefetchSize = reader.long();
      const prefetchCount = reader.short();
      const [global] = reader.bits();
      return { name: 'basic.qos', args: { prefetchSize, prefetchCount, global } } as const;
    }
    case 20: {
      reader.short();
      const queue = reader.shortstr();
      const consumerTag = reader.shortstr();
      // The first bit is no-local, which RabbitMQ does not heed either.
      const [, noAck, exclusive, noWait] = reader.bits();
      const args = { queue, consumerTag, noAck, exclusive, noWait };
      return { name: 'basic.consume', args: { ...args, arguments: decodeTable(reader.longstr()) } } as const;
    }
    case 30: {
      const consumerTag = reader.shortstr();
      const [noWait] = reader.bits();
      return { name: 'basic.cancel', args: { consumerTag, noWait } } as const;
    }
    case 40: {
      reader.short();
      const exchange = reader.shortstr();
      const routingKey = reader.shortstr();
      const [mandatory, immediate] = reader.bits();
      return { name: 'basic.publish', args: { exchange, routingKey, mandatory, immediate } } as const;
    }
    case 70: {
      reader.short();
      const queue = reader.shortstr();
      const [noAck] = reader.bits();
      return { name: 'basic.get', args: { queue, noAck } } as const;
    }
    case 80: {
      const deliveryTag = reader.longlong();
      const [multiple] = reader.bits();
      return { name: 'basic.ack', args: { deliveryTag, multiple } } as const;
    }
    case 90: {
      const deliveryTag = reader.longlong();
      const [requeue] = reader.bits();
      return { name: 'basic.reject', args: { deliveryTag, requeue } } as const;
    }
    case 110: {
      const [requeue] = reader.bits();
      return { name: 'basic.recover', args: { requeue } } as const;
    }
    case 120: {
      const deliveryTag = reader.longlong();
      const [multiple, requeue] = reader.bits();
      return { name: 'basic.nack', args: { deliveryTag, multiple, requeue } } as const;
    }
    default:
      return undefined;
  }
}

type Tagged = { readonly deliveryTag: number; readonly multiple: boolean };
type Source = { readonly exchange: string; readonly routingKey: string };

export type BasicAnswers = {
  'basic.qos-ok': NoArguments;
  'basic.consume-ok': { readonly consumerTag: string };
  /** The broker cancels a consumer; it expects no answer. */
  'basic.cancel': { readonly consumerTag: string };
  'basic.cancel-ok': { readonly consumerTag: string };
  'basic.return': Source & { readonly replyCode: number; readonly replyText: string };
  'basic.deliver': Source & {
    readonly consumerTag: string;
    readonly deliveryTag: number;
    readonly redelivered: boolean;
  };
  'basic.get-ok': Source & {
    readonly deliveryTag: number;
    readonly redelivered: boolean;
    readonly messageCount: number;
  };
  'basic.get-empty': NoArguments;
  'basic.recover-ok': NoArguments;
  /** Confirms of what was published. */
  'basic.ack': Tagged;
  'basic.nack': Tagged;
};

export const basicAnswers: Answers<BasicAnswers> = {
  'basic.qos-ok': bare(60, 11),
  'basic.consume-ok': { id: [60, 21], write: (writer, args) => writer.shortstr(args.consumerTag) },
  'basic.cancel': { id: [60, 30], write: (writer, args) => writer.shortstr(args.consumerTag).bits(true) },
  'basic.cancel-ok': { id: [60, 31], write: (writer, args) => writer.shortstr(args.consumerTag) },
  'basic.return': {
    id: [60, 50],
    write: (writer, args) =>
      writer.short(args.replyCode).shortstr(args.replyText).shortstr(args.exchange).shortstr(args.routingKey),
  },
  'basic.deliver': {
    id: [60, 60],
    write: (writer, args) =>
      writer
        .shortstr(args.consumerTag)
        .longlong(args.deliveryTag)
        .bits(args.redelivered)
        .shortstr(args.exchange)
        .shortstr(args.routingKey),
  },
  'basic.get-ok': {
    id: [60, 71],
    write: (writer, args) =>
      writer
        .longlong(args.deliveryTag)
        .bits(args.redelivered)
        .shortstr(args.exchange)
        .shortstr(args.routingKey)
        .long(args.messageCount),
  },
  'basic.get-empty': { id: [60, 72], write: (writer) => writer.shortstr('') },
  'basic.recover-ok': bare(60, 111),
  'basic.ack': {
    id: [60, 80],
    write: (writer, args) => writer.longlong(args.deliveryTag).bits(args.multiple),
  },
  'basic.nack': {
    id: [60, 120],
    write: (writer, args) => writer.longlong(args.deliveryTag).bits(args.multiple, false),
  },
};
