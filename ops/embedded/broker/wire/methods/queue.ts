import { decodeTable } from '../field-table.ts';
import type { Reader } from '../reader.ts';
import { type Answers, bare, type NoArguments } from './answer.ts';

/** What clients send of class queue (50). */
export function readQueueMethod(methodId: number, reader: Reader) {
  switch (methodId) {
    case 10: {
      reader.short();
      const queue = reader.shortstr();
      const [passive, durable, exclusive, autoDelete, noWait] = reader.bits();
      const args = { queue, passive, durable, exclusive, autoDelete, noWait };
      return { name: 'queue.declare', args: { ...args, arguments: decodeTable(reader.longstr()) } } as const;
    }
    case 20: {
      const binding = readBinding(reader);
      const [noWait] = reader.bits();
      return {
        name: 'queue.bind',
        args: { ...binding, noWait, arguments: decodeTable(reader.longstr()) },
      } as const;
    }
    case 30: {
      reader.short();
      const queue = reader.shortstr();
      const [noWait] = reader.bits();
      return { name: 'queue.purge', args: { queue, noWait } } as const;
    }
    case 40: {
      reader.short();
      const queue = reader.shortstr();
      const [ifUnused, ifEmpty, noWait] = reader.bits();
      return { name: 'queue.delete', args: { queue, ifUnused, ifEmpty, noWait } } as const;
    }
    case 50: {
      const binding = readBinding(reader);
      return {
        name: 'queue.unbind',
        args: { ...binding, arguments: decodeTable(reader.longstr()) },
      } as const;
    }
    default:
      return undefined;
  }
}

function readBinding(reader: Reader) {
  reader.short();
  const queue = reader.shortstr();
  const exchange = reader.shortstr();
  return { queue, exchange, routingKey: reader.shortstr() };
}

export type QueueAnswers = {
  'queue.declare-ok': {
    readonly queue: string;
    readonly messageCount: number;
    readonly consumerCount: number;
  };
  'queue.bind-ok': NoArguments;
  'queue.purge-ok': { readonly messageCount: number };
  'queue.delete-ok': { readonly messageCount: number };
  'queue.unbind-ok': NoArguments;
};

export const queueAnswers: Answers<QueueAnswers> = {
  'queue.declare-ok': {
    id: [50, 11],
    write: (writer, args) => writer.shortstr(args.queue).long(args.messageCount).long(args.consumerCount),
  },
  'queue.bind-ok': bare(50, 21),
  'queue.purge-ok': { id: [50, 31], write: (writer, args) => writer.long(args.messageCount) },
  'queue.delete-ok': { id: [50, 41], write: (writer, args) => writer.long(args.messageCount) },
  'queue.unbind-ok': bare(50, 51),
};
