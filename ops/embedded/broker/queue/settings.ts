import { AmqpFault, notImplemented } from '../wire/fault.ts';
import type { FieldTable } from '../wire/field-table.ts';

/** What the arguments of queue.declare ask for. */
export type QueueSettings = {
  readonly quorum: boolean;
  readonly singleActiveConsumer: boolean;
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  /** Milliseconds that a message may wait. */
  readonly messageTtl: number | undefined;
  /** Milliseconds without a consumer or a basic.get after which the queue goes. */
  readonly expires: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxLengthBytes: number | undefined;
  readonly overflow: 'drop-head' | 'reject-publish';
  /** How often a message may come back before it is dead-lettered. */
  readonly deliveryLimit: number | undefined;
};

const UNDERSTOOD = new Set([
  'x-queue-type',
  'x-single-active-consumer',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-message-ttl',
  'x-expires',
  'x-max-length',
  'x-max-length-bytes',
  'x-overflow',
  'x-delivery-limit',
  'x-queue-mode',
]);

/**
 * Reads the arguments of a queue.
 *
 * @throws AmqpFault 540 for an argument of RabbitMQ's that this broker does not implement, 406 for a value that
 * cannot be.
 */
export function readQueueSettings(queue: string, args: FieldTable): QueueSettings {
  for (const name of Object.keys(args)) {
    if (name.startsWith('x-') && !UNDERSTOOD.has(name)) throw notImplemented(`the queue argument '${name}'`);
  }
  const read = new ArgumentReader(queue, args);
  const type = read.oneOf('x-queue-type', ['classic', 'quorum', 'stream'] as const);
  if (type === 'stream') throw notImplemented("the queue type 'stream'");
  const mode = read.oneOf('x-queue-mode', ['default', 'lazy'] as const);
  const overflow = read.oneOf('x-overflow', ['drop-head', 'reject-publish', 'reject-publish-dlx'] as const);
  if (overflow === 'reject-publish-dlx') throw notImplemented("the overflow 'reject-publish-dlx'");
  const settings: QueueSettings = {
    quorum: type === 'quorum',
    singleActiveConsumer: read.flag('x-single-active-consumer'),
    deadLetterExchange: read.text('x-dead-letter-exchange'),
    deadLetterRoutingKey: read.text('x-dead-letter-routing-key'),
    messageTtl: read.whole('x-message-ttl', 0),
    expires: read.whole('x-expires', 1),
    maxLength: read.whole('x-max-length', 0),
    maxLengthBytes: read.whole('x-max-length-bytes', 0),
    overflow: overflow ?? 'drop-head',
    deliveryLimit: read.whole('x-delivery-limit', 0),
  };
  if (settings.deadLetterRoutingKey !== undefined && settings.deadLetterExchange === undefined) {
    throw read.invalid('x-dead-letter-routing-key', 'there is no x-dead-letter-exchange');
  }
  if (settings.deliveryLimit !== undefined && !settings.quorum) {
    throw read.invalid('x-delivery-limit', 'it is for queues of type quorum');
  }
  if (mode !== undefined && settings.quorum) {
    throw read.invalid('x-queue-mode', 'it is for queues of type classic');
  }
  return settings;
}

/** Whether so many waiting messages, and bytes of them, are more than the queue may hold. */
export function exceedsLimits(settings: QueueSettings, count: number, bytes: number): boolean {
  const { maxLength = Infinity, maxLengthBytes = Infinity } = settings;
  return count > maxLength || bytes > maxLengthBytes;
}

/** Reads arguments by their kinds; what is of another kind is refused with 406. */
class ArgumentReader {
  readonly #queue: string;
  readonly #args: FieldTable;

  constructor(queue: string, args: FieldTable) {
    this.#queue = queue;
    this.#args = args;
  }

  invalid(name: string, why: string): AmqpFault {
    return new AmqpFault(406, `invalid arg '${name}' for queue '${this.#queue}' in vhost '/': ${why}`);
  }

  whole(name: string, least: number): number | undefined {
    const value = this.#args[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > 0xffff_ffff) {
      throw this.invalid(name, `it must be a whole number of at least ${least}`);
    }
    return value;
  }

  text(name: string): string | undefined {
    const value = this.#args[name];
    if (value === undefined || typeof value === 'string') return value;
    throw this.invalid(name, 'it must be text');
  }

  flag(name: string): boolean {
    const value = this.#args[name];
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    throw this.invalid(name, 'it must be true or false');
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw this.invalid(name, `it must be one of ${choices.join(', ')}`);
    return choice;
  }
}
