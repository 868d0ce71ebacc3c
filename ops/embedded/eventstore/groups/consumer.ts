import { frame } from '../rpc/framing.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { type FrameOptions, groupEventMessage } from '../streams/event-frames.ts';
import type { Message } from './message.ts';
import { Throughput } from './throughput.ts';

/** Measured times from delivery to settlement that are kept for extra statistics. */
const MAX_LATENCIES = 1000;

/** What a consumer needs of the call that it came with. */
type ConsumerCall = Pick<ServerCall, 'headers' | 'isCongested' | 'drained' | 'sendFrames'>;

/** One connection that takes messages of a group. */
export class Consumer {
  readonly bufferSize: number;
  readonly connectionName: string;
  readonly username: string;
  readonly throughput: Throughput;
  inFlight = 0;
  readonly #call: ConsumerCall;
  readonly #frames: FrameOptions;
  readonly #latencies: number[] = [];
  #outbox: Buffer[] = [];
  #isWaiting = false;

  constructor(options: {
    call: ConsumerCall;
    bufferSize: number;
    textIds: boolean;
    username: string;
    now: number;
  }) {
    this.#call = options.call;
    this.bufferSize = options.bufferSize;
    this.#frames = { textIds: options.textIds };
    this.username = options.username;
    this.throughput = new Throughput(options.now);
    const name = options.call.headers['connection-name'];
    this.connectionName = typeof name === 'string' && name !== '' ? name : '<unknown>';
  }

  /** Can it take one more message now? */
  get hasRoom(): boolean {
    return this.inFlight < this.bufferSize && !this.#call.isCongested;
  }

  get isCongested(): boolean {
    return this.#call.isCongested;
  }

  /** Calls back, once, when a slow connection takes data again. */
  whenDrained(callback: () => void): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#call.drained().then(() => {
      this.#isWaiting = false;
      callback();
    });
  }

  /** Puts a message into what {@link flush} sends. */
  deliver(message: Message): void {
    this.#outbox.push(frame(groupEventMessage(message.event, message.retryCount, this.#frames)));
  }

  flush(): void {
    if (this.#outbox.length === 0) return;
    const [first] = this.#outbox;
    const bytes = this.#outbox.length === 1 && first !== undefined ? first : Buffer.concat(this.#outbox);
    this.#outbox = [];
    this.#call.sendFrames(bytes);
  }

  noteLatency(milliseconds: number): void {
    if (this.#latencies.length === MAX_LATENCIES) this.#latencies.shift();
    this.#latencies.push(milliseconds);
  }

  get latencies(): readonly number[] {
    return this.#latencies;
  }
}
