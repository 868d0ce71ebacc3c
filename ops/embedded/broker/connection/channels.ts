import type { Channel } from '../channel/channel.ts';
import { handleMethod } from '../channel/handle-method.ts';
import { AmqpFault } from '../wire/fault.ts';
import type { Frame } from '../wire/frame.ts';
import { encodeMethod, type Method } from '../wire/method-codec.ts';
import type { Outgoing } from '../wire/outgoing.ts';

/** The reply code of a fault, and the method that it is about, as `channel.close` and `connection.close` tell them. */
export type CloseReason = {
  readonly replyCode: number;
  readonly replyText: string;
  readonly classId: number;
  readonly methodId: number;
};

/** The channels of one connection (AMQP 0-9-1, section 1.5): opened, closed, and ended by faults. */
export class Channels {
  readonly #outgoing: Outgoing;
  readonly #newChannel: (id: number) => Channel;
  readonly #open = new Map<number, Channel>();
  /** Closed by the broker; their close-ok has not come, and what comes before it counts no more. */
  readonly #closing = new Set<number>();

  /** @param newChannel throws an AmqpFault where the connection may have no such channel */
  constructor(outgoing: Outgoing, newChannel: (id: number) => Channel) {
    this.#outgoing = outgoing;
    this.#newChannel = newChannel;
  }

  get all(): readonly Channel[] {
    return [...this.#open.values()];
  }

  /** Takes a content header or body; false where no channel expects any. @throws AmqpFault */
  acceptContent(frame: Frame): boolean {
    const channel = this.#open.get(frame.channel);
    channel?.acceptContent(frame);
    return channel !== undefined || this.#closing.has(frame.channel);
  }

  /** Does what a client asks; a promise when the answer has to wait for the disk. @throws AmqpFault */
  handle(id: number, method: Method): Promise<void> | undefined {
    const channel = this.#open.get(id);
    if (this.#closing.has(id)) {
      if (method.name === 'channel.close-ok') this.#closing.delete(id);
      if (method.name === 'channel.close') this.#outgoing.send(encodeMethod(id, 'channel.close-ok', {}));
      return undefined;
    }
    if (method.name === 'channel.open') {
      if (channel) throw new AmqpFault(504, "second 'channel.open' seen");
      this.#open.set(id, this.#newChannel(id));
      this.#outgoing.send(encodeMethod(id, 'channel.open-ok', {}));
      return undefined;
    }
    if (!channel) throw new AmqpFault(504, "expected 'channel.open'");
    if (channel.expectsContent) throw new AmqpFault(505, 'a content header or body is expected here');
    if (method.name === 'channel.close') {
      this.#open.delete(id);
      channel.close();
      this.#outgoing.send(encodeMethod(id, 'channel.close-ok', {}));
      return undefined;
    }
    return handleMethod(channel, method);
  }

  /** Ends a channel because of a fault; false where there is none to end. */
  fail(id: number, reason: CloseReason): boolean {
    const channel = this.#open.get(id);
    if (!channel) return false;
    this.#open.delete(id);
    this.#closing.add(id);
    channel.close();
    this.#outgoing.send(encodeMethod(id, 'channel.close', reason));
    return true;
  }

  /** Ends all of them, without a word. */
  close(): void {
    for (const channel of this.#open.values()) channel.close();
    this.#open.clear();
  }
}
