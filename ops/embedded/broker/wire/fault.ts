/** Names of the reply codes of AMQP 0-9-1 (section 1.2, constants); RabbitMQ puts the name before the text. */
const NAMES = {
  311: 'CONTENT_TOO_LARGE',
  312: 'NO_ROUTE',
  313: 'NO_CONSUMERS',
  320: 'CONNECTION_FORCED',
  402: 'INVALID_PATH',
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
  501: 'FRAME_ERROR',
  502: 'SYNTAX_ERROR',
  503: 'COMMAND_INVALID',
  504: 'CHANNEL_ERROR',
  505: 'UNEXPECTED_FRAME',
  506: 'RESOURCE_ERROR',
  530: 'NOT_ALLOWED',
  540: 'NOT_IMPLEMENTED',
  541: 'INTERNAL_ERROR',
} as const;

export type ReplyCode = keyof typeof NAMES;

/** What a fault ends: one channel ("soft" in the specification) or the whole connection ("hard"). */
const SOFT: ReadonlySet<ReplyCode> = new Set([311, 312, 313, 403, 404, 405, 406]);

/** A reply code with its text, as it is sent in channel.close, connection.close and basic.return. */
export class AmqpFault extends Error {
  readonly replyCode: ReplyCode;
  readonly scope: 'channel' | 'connection';

  constructor(replyCode: ReplyCode, text: string, scope?: 'channel' | 'connection') {
    super(`${NAMES[replyCode]} - ${text}`);
    this.replyCode = replyCode;
    this.scope = scope ?? (SOFT.has(replyCode) ? 'channel' : 'connection');
  }
}

/** The refusal of everything that this broker does not implement. */
export function notImplemented(what: string): AmqpFault {
  return new AmqpFault(540, `${what} is not implemented by the embedded broker`);
}
