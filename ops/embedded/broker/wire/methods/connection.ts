import { decodeTable, type FieldTable, writeTable } from '../field-table.ts';
import type { Reader } from '../reader.ts';
import { type Answers, bare, type CloseArguments, type NoArguments, writeClose } from './answer.ts';

/** What clients send of class connection (10). */
export function readConnectionMethod(methodId: number, reader: Reader) {
  switch (methodId) {
    case 11: {
      const clientProperties = decodeTable(reader.longstr());
      const mechanism = reader.shortstr();
      const response = reader.longstr();
      reader.shortstr();
      return { name: 'connection.start-ok', args: { clientProperties, mechanism, response } } as const;
    }
    case 31: {
      const channelMax = reader.short();
      const frameMax = reader.long();
      return {
        name: 'connection.tune-ok',
        args: { channelMax, frameMax, heartbeat: reader.short() },
      } as const;
    }
    case 40: {
      const virtualHost = reader.shortstr();
      reader.shortstr();
      reader.bits();
      return { name: 'connection.open', args: { virtualHost } } as const;
    }
    case 50:
      return { name: 'connection.close', args: {} } as const;
    case 51:
      return { name: 'connection.close-ok', args: {} } as const;
    default:
      return undefined;
  }
}

export type ConnectionAnswers = {
  'connection.start': {
    readonly versionMajor: number;
    readonly versionMinor: number;
    readonly serverProperties: FieldTable;
    readonly mechanisms: string;
    readonly locales: string;
  };
  'connection.tune': { readonly channelMax: number; readonly frameMax: number; readonly heartbeat: number };
  'connection.open-ok': NoArguments;
  'connection.close': CloseArguments;
  'connection.close-ok': NoArguments;
  /** With the next one an extension: https://www.rabbitmq.com/docs/connection-blocked. */
  'connection.blocked': { readonly reason: string };
  'connection.unblocked': NoArguments;
};

export const connectionAnswers: Answers<ConnectionAnswers> = {
  'connection.start': {
    id: [10, 10],
    write(writer, args) {
      writer.octet(args.versionMajor).octet(args.versionMinor);
      writeTable(writer, args.serverProperties);
      writer.longstr(Buffer.from(args.mechanisms)).longstr(Buffer.from(args.locales));
    },
  },
  'connection.tune': {
    id: [10, 30],
    write: (writer, args) => writer.short(args.channelMax).long(args.frameMax).short(args.heartbeat),
  },
  'connection.open-ok': { id: [10, 41], write: (writer) => writer.shortstr('') },
  'connection.close': { id: [10, 50], write: writeClose },
  'connection.close-ok': bare(10, 51),
  'connection.blocked': { id: [10, 60], write: (writer, { reason }) => writer.shortstr(reason) },
  'connection.unblocked': bare(10, 61),
};
