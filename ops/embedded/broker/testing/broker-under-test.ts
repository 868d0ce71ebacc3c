import { randomUUID } from 'node:crypto';
import { type Channel, type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';
import type { Test } from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';

/** The broker that the cases run against: the embedded node, or a real RabbitMQ. */
export type BrokerUnderTest = { readonly url: string };

/** A connection that is closed with the test; what goes wrong with it is collected, not thrown. */
export async function open(t: Test, broker: BrokerUnderTest): Promise<ChannelModel> {
  const connection = await connect(broker.url);
  connection.on('error', () => undefined);
  t.teardown(() => connection.close().catch(() => undefined));
  return connection;
}

/** A channel with confirms on a connection of its own. */
export async function openChannel(t: Test, broker: BrokerUnderTest): Promise<ConfirmChannel> {
  return quiet(await (await open(t, broker)).createConfirmChannel());
}

/** Errors of channels are looked for where they are expected. */
export function quiet<C extends Channel>(channel: C): C {
  channel.on('error', () => undefined);
  return channel;
}

/** A name that no other test uses; what is called so goes with the connection that declared it exclusively. */
export function unique(what: string): string {
  return `test-${what}-${randomUUID().slice(0, 8)}`;
}

/** A queue that is deleted with the test. */
export async function durableQueue(
  t: Test,
  broker: BrokerUnderTest,
  options: Parameters<Channel['assertQueue']>[1] = {},
): Promise<string> {
  const name = unique('queue');
  const channel = await openChannel(t, broker);
  await channel.assertQueue(name, options);
  t.teardown(async () => {
    const connection = await connect(broker.url);
    const cleaner = await connection.createChannel();
    await cleaner.deleteQueue(name);
    await connection.close();
  });
  return name;
}

/** Publishes texts to a queue and waits for their confirms. */
export async function fill(channel: ConfirmChannel, queue: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) channel.sendToQueue(queue, Buffer.from(text), { persistent: true });
  await channel.waitForConfirms();
}

/** A consumer that keeps what it is given. */
export type Collector = {
  readonly tag: string;
  readonly messages: ConsumeMessage[];
  /** Resolves once there are so many. */
  reach(count: number): Promise<readonly ConsumeMessage[]>;
  /** Times that the broker cancelled it. */
  cancelled: number;
};

export async function collect(
  channel: Channel,
  queue: string,
  options: Parameters<Channel['consume']>[2] & { readonly ack?: boolean } = {},
): Promise<Collector> {
  const messages: ConsumeMessage[] = [];
  const collector: Collector = {
    tag: '',
    messages,
    cancelled: 0,
    reach: async (count) => {
      await waitFor(`${count} messages of ${queue}, not ${messages.length}`, () => messages.length >= count);
      return messages;
    },
  };
  const { consumerTag } = await channel.consume(
    queue,
    (message) => {
      if (!message) {
        collector.cancelled++;
        return;
      }
      messages.push(message);
      if (options.ack) channel.ack(message);
    },
    options,
  );
  return Object.assign(collector, { tag: consumerTag });
}

/** Takes all that waits in a queue with basic.get. */
export async function drain(channel: Channel, queue: string): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (!message) return texts;
    texts.push(message.content.toString());
  }
}

export function textsOf(messages: readonly ConsumeMessage[]): readonly string[] {
  return messages.map(({ content }) => content.toString());
}

/** The reply code with which the broker ends a channel, or a connection, because of what is done; undefined if it does not. */
export async function faultOf(emitter: FaultEmitter, action: () => unknown): Promise<number | undefined> {
  return (await errorOf(emitter, action))?.code;
}

/** What the broker says when it ends a channel, or a connection, because of what is done; undefined if it does not. */
export async function refusalOf(emitter: FaultEmitter, action: () => unknown): Promise<string | undefined> {
  const error = await errorOf(emitter, action);
  return error && /with message "(.*)"$/.exec(error.message)?.[1];
}

type FaultEmitter = { once(event: 'error', listener: (error: Fault) => void): unknown };
type Fault = Error & { code?: number };

async function errorOf(emitter: FaultEmitter, action: () => unknown): Promise<Fault | undefined> {
  const fault = new Promise<Fault | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), 3_000);
    emitter.once('error', (error) => {
      clearTimeout(late);
      resolve(error);
    });
  });
  const done = Promise.resolve()
    .then(action)
    .catch(() => undefined);
  const error = await fault;
  if (error) await done;
  return error;
}
