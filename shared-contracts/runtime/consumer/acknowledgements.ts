import type {
  PersistentSubscriptionToAll,
  PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client';

type Waiting = {
  readonly message: PersistentSubscriptionToAllResolvedEvent;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** As many ids as one request to the store holds. */
const MOST = 500;

/** Acknowledges what was handled in the same turn of the event loop with one request to the store. */
export class Acknowledgements {
  readonly #subscription: PersistentSubscriptionToAll;
  #waiting: Waiting[] = [];

  constructor(subscription: PersistentSubscriptionToAll) {
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

  #send(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#subscription.ack(...waiting.map(({ message }) => message)).then(
      () => {
        for (const { resolve } of waiting) resolve();
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
