// The methods of AMQP 0-9-1 (specification, section 1.4), each class in a file of its own.
import { AmqpFault, notImplemented } from './fault.ts';
import { endFrame, FRAME_METHOD, startFrame } from './frame.ts';
import type { Answers } from './methods/answer.ts';
import { type BasicAnswers, basicAnswers, readBasicMethod } from './methods/basic.ts';
import { type ChannelAnswers, channelAnswers, readChannelMethod } from './methods/channel.ts';
import { type ConfirmAnswers, confirmAnswers, readConfirmMethod } from './methods/confirm.ts';
import { type ConnectionAnswers, connectionAnswers, readConnectionMethod } from './methods/connection.ts';
import { type ExchangeAnswers, exchangeAnswers, readExchangeMethod } from './methods/exchange.ts';
import { type QueueAnswers, queueAnswers, readQueueMethod } from './methods/queue.ts';
import { Reader } from './reader.ts';

/** A method that a client has sent, with its arguments; narrow by `name`. */
export type Method = NonNullable<ReturnType<typeof readMethod>>;

type MethodName = Method['name'];

export type MethodArguments<N extends MethodName> = Extract<Method, { readonly name: N }>['args'];

/** What the broker sends, by name: the arguments. */
export type AnswerArguments = ConnectionAnswers &
  ChannelAnswers &
  ExchangeAnswers &
  QueueAnswers &
  BasicAnswers &
  ConfirmAnswers;

export type AnswerName = keyof AnswerArguments;

const ANSWERS: Answers<AnswerArguments> = {
  ...connectionAnswers,
  ...channelAnswers,
  ...exchangeAnswers,
  ...queueAnswers,
  ...basicAnswers,
  ...confirmAnswers,
};

/** Methods that exist in the protocol, are for a client to send, and are not implemented. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['10.21', 'connection.secure-ok'],
  ['10.70', 'connection.update-secret'],
  ['30.10', 'access.request'],
  ['40.30', 'exchange.bind'],
  ['40.40', 'exchange.unbind'],
  ['60.100', 'basic.recover-async'],
  ['90.10', 'tx.select'],
  ['90.20', 'tx.commit'],
  ['90.30', 'tx.rollback'],
]);

/**
 * Decodes the payload of a method frame.
 *
 * @throws AmqpFault 540 for a method that this broker refuses, 503 for one that no client may send, 502 when the
 * arguments do not fit.
 */
export function decodeMethod(payload: Buffer): Method {
  const reader = new Reader(payload);
  const classId = reader.short();
  const methodId = reader.short();
  const method = readMethod(classId, methodId, reader);
  if (method) return method;
  const refused = REFUSED.get(`${classId}.${methodId}`);
  if (refused) throw notImplemented(refused);
  throw new AmqpFault(503, `there is no method ${classId}.${methodId} that a client may send`);
}

function readMethod(classId: number, methodId: number, reader: Reader) {
  switch (classId) {
    case 10:
      return readConnectionMethod(methodId, reader);
    case 20:
      return readChannelMethod(methodId, reader);
    case 40:
      return readExchangeMethod(methodId, reader);
    case 50:
      return readQueueMethod(methodId, reader);
    case 60:
      return readBasicMethod(methodId, reader);
    case 85:
      return readConfirmMethod(methodId, reader);
    default:
      return undefined;
  }
}

/** One method as a whole frame. */
export function encodeMethod<N extends AnswerName>(
  channel: number,
  name: N,
  args: AnswerArguments[N],
): Buffer {
  const answer = ANSWERS[name];
  const writer = startFrame(FRAME_METHOD, channel);
  writer.short(answer.id[0]).short(answer.id[1]);
  answer.write(writer, args);
  return endFrame(writer);
}
