import { once } from 'node:events';
import type { Socket } from 'node:net';
import { CommandError } from '../errors.ts';
import type { Doc } from '../values/value.ts';
import { frame, type Message, OPCODE, readMessages } from './framing.ts';
import { opMsgParts, readOpMsg } from './op-msg.ts';
import { opReplyParts, readOpQuery } from './op-query.ts';

/** Answers one command; refusals are answers too. */
export type Answer = (command: Doc) => Promise<Doc>;

/** Serves one client: its messages one after the other, each answered before the next is read. */
export async function serveConnection(socket: Socket, answer: Answer): Promise<void> {
  let requestId = 1;
  try {
    for await (const message of readMessages(socket)) {
      const reply = await handle(message, answer, requestId++);
      if (reply && !socket.write(reply)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  } catch {
    // Commands never throw: the connection was lost, or what came is no message. Either way it is over.
  } finally {
    socket.destroy();
  }
}

async function handle(message: Message, answer: Answer, requestId: number): Promise<Buffer | undefined> {
  switch (message.opcode) {
    case OPCODE.msg: {
      const { body, wantsReply } = readOpMsg(message.body);
      const reply = await answer(body);
      return wantsReply ? frame(requestId, message.requestId, OPCODE.msg, opMsgParts(reply)) : undefined;
    }
    case OPCODE.query: {
      const reply = await answer(readOpQuery(message.body));
      return frame(requestId, message.requestId, OPCODE.reply, opReplyParts(reply));
    }
    default:
      throw new CommandError(17, `The operation ${message.opcode} is not supported.`);
  }
}
