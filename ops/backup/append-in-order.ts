// Appends as many events at once as the order of `$all` allows: those of one stream that follow each other together, and
// many such appends on the way at the same time.
import { type AppendResult, type EventStoreDBClient, NO_STREAM, type Position } from '@eventstore/db-client';
import { CodedError } from '../../shared-contracts/errors/coded-error.ts';
import type { AppendStep } from './import-steps.ts';

/** Limits of one append, in events and characters: the store takes a mebibyte, and a character has three bytes at most. */
const RUN = { events: 500, size: 256 * 1024 };
/** Limits of what is on the way, in appends and characters. */
const ON_THE_WAY = { appends: 128, size: 4 * 1024 * 1024 };

/** The store did not keep the order in which it was given appends. */
class OrderLost extends CodedError {
  constructor(stream: string) {
    super(
      'order-lost',
      `The store appended to ${stream} too early: the order of all events is lost. Empty it and import again.`,
    );
  }
}

export class AppendInOrder {
  readonly #client: EventStoreDBClient;
  #run: AppendStep[] = [];
  #runSize = 0;
  readonly #onTheWay: {
    readonly result: Promise<AppendResult>;
    readonly stream: string;
    readonly size: number;
  }[] = [];
  #sizeOnTheWay = 0;
  #last: Position | undefined;

  constructor(client: EventStoreDBClient) {
    this.#client = client;
  }

  /** Resolves when there is room for more, not when it is appended. @throws what the store answered to an earlier one. */
  async add(step: AppendStep): Promise<void> {
    const last = this.#run.at(-1);
    const follows = last?.stream === step.stream && last.revision + 1 === step.revision;
    const full = this.#run.length === RUN.events || this.#runSize + step.size > RUN.size;
    if (last !== undefined && (!follows || full)) await this.#send();
    this.#run.push(step);
    this.#runSize += step.size;
  }

  /** Resolves when everything is appended; to the position of the last event, if there was any. */
  async flush(): Promise<Position | undefined> {
    await this.#send();
    while (this.#onTheWay.length > 0) await this.#settleOldest();
    return this.#last;
  }

  async #send(): Promise<void> {
    const [first] = this.#run;
    if (first === undefined) return;
    const { stream, revision } = first;
    const size = this.#runSize;
    const result = this.#client.appendToStream(
      stream,
      this.#run.map(({ event }) => event),
      { expectedRevision: revision === 0 ? NO_STREAM : BigInt(revision - 1) },
    );
    // Looked at in its turn; until then it is nobody's failure.
    result.catch(() => undefined);
    this.#onTheWay.push({ result, stream, size });
    this.#sizeOnTheWay += size;
    this.#run = [];
    this.#runSize = 0;
    // The client opens its call with the first append, which later ones would overtake.
    if (this.#last === undefined) await this.#settleOldest();
    while (this.#onTheWay.length >= ON_THE_WAY.appends || this.#sizeOnTheWay > ON_THE_WAY.size)
      await this.#settleOldest();
  }

  async #settleOldest(): Promise<void> {
    const oldest = this.#onTheWay.shift();
    if (oldest === undefined) return;
    this.#sizeOnTheWay -= oldest.size;
    const { position } = await oldest.result;
    if (position === undefined || position.commit <= (this.#last?.commit ?? -1n))
      throw new OrderLost(oldest.stream);
    this.#last = position;
  }
}
