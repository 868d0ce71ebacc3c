import { decodeTable } from '../field-table.ts';
import type { Reader } from '../reader.ts';
import { type Answers, bare, type NoArguments } from './answer.ts';

/** What clients send of class exchange (40). */
export function readExchangeMethod(methodId: number, reader: Reader) {
  switch (methodId) {
    case 10: {
      reader.short();
      const exchange = reader.shortstr();
      const type = reader.shortstr();
      const [passive, durable, autoDelete, internal, noWait] = reader.bits();
      const args = { exchange, type, passive, durable, autoDelete, internal, noWait };
      return {
        name: 'exchange.declare',
        args: { ...args, arguments: decodeTable(reader.longstr()) },
      } as const;
    }
    case 20: {
      reader.short();
      const exchange = reader.shortstr();
      const [ifUnused, noWait] = reader.bits();
      return { name: 'exchange.delete', args: { exchange, ifUnused, noWait } } as const;
    }
    default:
      return undefined;
  }
}

export type ExchangeAnswers = { 'exchange.declare-ok': NoArguments; 'exchange.delete-ok': NoArguments };

export const exchangeAnswers: Answers<ExchangeAnswers> = {
  'exchange.declare-ok': bare(40, 11),
  'exchange.delete-ok': bare(40, 21),
};
