import { AmqpFault } from '../wire/fault.ts';
import type { FieldTable } from '../wire/field-table.ts';
import type { AnswerArguments, MethodArguments } from '../wire/method-codec.ts';

/** What the broker proposes in connection.tune; a client may only lower it. */
export const PROPOSED = { channelMax: 2047, frameMax: 131_072, heartbeat: 60 } as const;
/** Smallest frame_max the protocol allows. */
const FRAME_MIN = 4096;

const USER = 'guest';
const PASSWORD = 'guest';

/** connection.start: what this broker is and can do. */
export function startOffer(): AnswerArguments['connection.start'] {
  const serverProperties: FieldTable = {
    product: 'Deskstream embedded broker',
    version: '0.1.0',
    platform: `Node.js ${process.version}`,
    information: 'For one machine; in production the same clients run on RabbitMQ.',
    cluster_name: 'embedded',
    capabilities: {
      publisher_confirms: true,
      exchange_exchange_bindings: false,
      'basic.nack': true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
      consumer_priorities: false,
      authentication_failure_close: true,
      per_consumer_qos: true,
      direct_reply_to: false,
    },
  };
  return {
    versionMajor: 0,
    versionMinor: 9,
    serverProperties,
    mechanisms: 'PLAIN',
    locales: 'en_US',
  };
}

/** What start-ok tells of a client. */
export type Client = {
  readonly user: string;
  readonly product: string;
  readonly version: string;
  /** It wants to hear of basic.cancel, and of connection.blocked. */
  readonly cancelNotify: boolean;
  readonly blockedNotify: boolean;
};

/**
 * Reads start-ok and checks who it is (SASL PLAIN, RFC 4616): the one user is guest with the password guest, as in a
 * RabbitMQ that has just been installed.
 *
 * @throws AmqpFault 403 for anyone else, 503 for another mechanism.
 */
export function welcome(args: MethodArguments<'connection.start-ok'>): Client {
  if (args.mechanism !== 'PLAIN') {
    throw new AmqpFault(503, `unknown authentication mechanism '${args.mechanism}'`);
  }
  const [, user, password] = args.response.toString('utf8').split('\0');
  if (user !== USER || password !== PASSWORD) {
    throw new AmqpFault(
      403,
      'Login was refused using authentication mechanism PLAIN. The embedded broker knows the user guest with the password guest.',
      'connection',
    );
  }
  const { product, version, capabilities } = args.clientProperties;
  return {
    user,
    product: typeof product === 'string' ? product.slice(0, 100) : '',
    version: typeof version === 'string' ? version.slice(0, 100) : '',
    cancelNotify: hasCapability(capabilities, 'consumer_cancel_notify'),
    blockedNotify: hasCapability(capabilities, 'connection.blocked'),
  };
}

function hasCapability(capabilities: FieldTable[string] | undefined, name: string): boolean {
  return Object.entries(capabilities ?? {}).some(([key, value]) => key === name && value === true);
}

/** What was agreed on; 0 in tune-ok asks for no limit, which is the most that was proposed. */
export type Tuned = { readonly channelMax: number; readonly frameMax: number; readonly heartbeat: number };

/** @throws AmqpFault 530 when the client asks for more than was proposed. */
export function agree(args: MethodArguments<'connection.tune-ok'>): Tuned {
  const channelMax = args.channelMax || PROPOSED.channelMax;
  const frameMax = args.frameMax || PROPOSED.frameMax;
  if (frameMax > PROPOSED.frameMax || frameMax < FRAME_MIN) {
    throw new AmqpFault(
      530,
      `negotiated frame_max = ${frameMax} is not between ${FRAME_MIN} and ${PROPOSED.frameMax}`,
    );
  }
  if (channelMax > PROPOSED.channelMax) {
    throw new AmqpFault(530, `negotiated channel_max = ${channelMax} is higher than ${PROPOSED.channelMax}`);
  }
  return { channelMax, frameMax, heartbeat: args.heartbeat };
}
