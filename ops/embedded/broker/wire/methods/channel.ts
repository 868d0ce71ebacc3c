import type { Reader } from '../reader.ts';
import { type Answers, bare, type CloseArguments, type NoArguments, writeClose } from './answer.ts';

/** What clients send of class channel (20). */
export function readChannelMethod(methodId: number, reader: Reader) {
  switch (methodId) {
    case 10:
      return { name: 'channel.open', args: {} } as const;
    case 20: {
      const [active] = reader.bits();
      return { name: 'channel.flow', args: { active } } as const;
    }
    case 40:
      return { name: 'channel.close', args: {} } as const;
    case 41:
      return { name: 'channel.close-ok', args: {} } as const;
    default:
      return undefined;
  }
}

export type ChannelAnswers = {
  'channel.open-ok': NoArguments;
  'channel.flow-ok': { readonly active: boolean };
  'channel.close': CloseArguments;
  'channel.close-ok': NoArguments;
};

export const channelAnswers: Answers<ChannelAnswers> = {
  'channel.open-ok': { id: [20, 11], write: (writer) => writer.long(0) },
  'channel.flow-ok': { id: [20, 21], write: (writer, args) => writer.bits(args.active) },
  'channel.close': { id: [20, 40], write: writeClose },
  'channel.close-ok': bare(20, 41),
};
