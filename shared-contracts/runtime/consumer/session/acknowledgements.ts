import type {
  PersistentSubscriptionToAll,
  PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client';

type Settling = Pick<PersistentSubscriptionToAll, 'ack' | 'nack'>;

type Waiting = {
  readonly message: PersistentSubscriptionToAllResolvedEvent;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** As many ids as one request to the store holds. */
const MOST = 500;

/**
 * Settles what a subscription has delivered; what was handled in the same turn of the event loop is acknowledged with one
 * request to the store.
 *
 * Once it is closed nothing is sent any more, and nobody waits for what was: on a call that has ended, the client's
 * promises may stay open for ever. The store delivers again what it has not heard of.
 */
export class Acknowledgements {
  readonly #subscription: Settling;
  readonly #sending = new Set<() => void>();
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(subscription: Settling) {
    this.#subscription = subscription;
  }

  /** Resolves once the request was handed to the connection. */
  add(message: PersistentSubscriptionToAllResolvedEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#send());
      else if (this.#waiting.length === MOST) this.#send();
    });
  }

  /** Resolves once the request was handed to the connection. */
  async park(message: PersistentSubscriptionToAllResolvedEvent, reason: string): Promise<void> {
    if (!this.#closed) await this.#sent(this.#subscription.nack('park', reason, message));
  }

  close(): void {
    this.#closed = true;
    this.#send();
    for (const resolve of this.#sending) resolve();
  }

  #send(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const messages = waiting.map(({ message }) => message);
    const sent = this.#closed ? Promise.resolve() : this.#sent(this.#subscription.ack(...messages));
    sent.then(
      () => {
        for (const { resolve } of waiting) resolve();
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }

  #sent(request: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = () => resolve();
      this.#sending.add(over);
      request.then(resolve, reject).finally(() => this.#sending.delete(over));
    });
  }
}
