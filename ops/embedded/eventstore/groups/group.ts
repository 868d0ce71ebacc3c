import type { EventStore } from '../core/event-store.ts';
import { groupDropped, groupFull } from '../errors.ts';
import type { RpcError } from '../rpc/status.ts';
import { Checkpoint, type Progress, readCheckpoint } from './checkpoint.ts';
import type { Consumer } from './consumer.ts';
import type { Message } from './message.ts';
import { type Outstanding, OutstandingMessages } from './outstanding.ts';
import { park } from './parking.ts';
import { type Offer, ReadAhead } from './read-ahead.ts';
import { Replay } from './replay.ts';
import type { ReplayLedger } from './replay-ledger.ts';
import { RetryQueue } from './retry-queue.ts';
import { type GroupConfig, groupKey, parkedStream, sourceName } from './settings.ts';
import { createSourceReader } from './source-reader.ts';
import { createStrategy, type Strategy } from './strategies.ts';
import { Throughput } from './throughput.ts';
import { Unsettled } from './unsettled.ts';

const REPLAY_PAGE = 100;

export type NackAction = 'retry' | 'park' | 'skip';

/**
 * One persistent subscription: reads its source ahead, hands messages to consumers, and keeps each until it is settled.
 *
 * Everything happens in {@link pump}, which runs soon after anything has changed.
 */
export class Group {
  readonly config: GroupConfig;
  readonly key: string;
  readonly parkedStream: string;
  readonly throughput: Throughput;
  readonly replay: Replay;
  readonly checkpoint: Checkpoint;
  readonly #store: EventStore;
  readonly #strategy: Strategy;
  readonly #ahead: ReadAhead;
  readonly #consumers = new Map<Consumer, (error: RpcError) => void>();
  readonly #retries = new RetryQueue();
  readonly #outstanding = new OutstandingMessages();
  readonly #unsettled = new Unsettled();
  readonly #unfollow: () => void;
  #isPumping = false;
  #isOver = false;

  constructor(store: EventStore, ledger: ReplayLedger, config: GroupConfig) {
    const source = sourceName(config.source);
    this.config = config;
    this.key = groupKey(source, config.group);
    this.parkedStream = parkedStream(this.key);
    this.throughput = new Throughput(store.clock());
    this.#store = store;
    const noted = readCheckpoint(store, this.key);
    this.checkpoint = new Checkpoint(store, config.source, config.group, config.settings, noted);
    this.replay = new Replay(store, ledger, this.key, this.parkedStream);
    this.#strategy = createStrategy(config.settings.strategy);
    this.#ahead = new ReadAhead(
      createSourceReader(store, config.source, startOf(store, config, noted), config.settings.resolveLinks),
      config.settings,
      { sequence: 0, position: noted ?? -1 },
    );
    const wake = (): void => this.#pumpSoon();
    this.#unfollow =
      config.source.kind === 'all'
        ? store.followers.followAll(wake)
        : store.followers.followStream(config.source.stream, wake);
    this.#pumpSoon();
  }

  /**
   * Adds a consumer; `dropped` hears when the group ends its connection.
   *
   * @throws RpcError where the group has as many as it may.
   */
  join(consumer: Consumer, dropped: (error: RpcError) => void): void {
    const limit = this.config.settings.maxSubscriberCount;
    if (limit > 0 && this.#consumers.size >= limit) {
      throw groupFull(sourceName(this.config.source), this.config.group);
    }
    this.#consumers.set(consumer, dropped);
    this.#strategy.add(consumer);
    this.#pumpSoon();
  }

  /** Removes a consumer; what it has not settled is delivered again. */
  leave(consumer: Consumer): void {
    if (!this.#consumers.delete(consumer)) return;
    this.#strategy.remove(consumer);
    for (const outstanding of this.#outstanding.all) {
      if (outstanding.consumer === consumer) this.#retry(outstanding);
    }
    this.#pumpSoon();
  }

  ack(ids: readonly Buffer[]): void {
    for (const id of ids) {
      const outstanding = this.#outstanding.find(id);
      if (outstanding === undefined) continue;
      this.#take(outstanding);
      this.#settle(outstanding.message);
    }
    this.#pumpSoon();
  }

  nack(ids: readonly Buffer[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const outstanding = this.#outstanding.find(id);
      if (outstanding === undefined) continue;
      if (action === 'retry') this.#retryOrPark(outstanding);
      else if (action === 'park') this.#park(outstanding, `Client explicitly NAK'ed message.\n${reason}`);
      else {
        this.#take(outstanding);
        this.#settle(outstanding.message);
      }
    }
    this.#pumpSoon();
  }

  async replayParked(stopAt: number | undefined): Promise<void> {
    await this.replay.start(stopAt);
    this.#pumpSoon();
  }

  /** To be called every second: messages that took too long, and checkpoints that are due. */
  tick(): void {
    const now = this.#store.clock();
    for (const outstanding of this.#outstanding.all) {
      if (now - outstanding.deliveredAt >= this.config.settings.messageTimeoutMs)
        this.#retryOrPark(outstanding);
    }
    this.checkpoint.tick(this.#progress());
    this.#pumpSoon();
  }

  /** Ends the group: its consumers are told that it was dropped. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#unfollow();
    const error = groupDropped(sourceName(this.config.source), this.config.group);
    for (const dropped of [...this.#consumers.values()]) dropped(error);
    this.#consumers.clear();
    await this.checkpoint.idle();
  }

  get consumers(): Iterable<Consumer> {
    return this.#consumers.keys();
  }

  get status(): string {
    const flags: string[] = [];
    if (!this.#ahead.atEnd) flags.push('Behind');
    if (this.replay.isReading) flags.push('ReplayingParkedMessages');
    if (this.#ahead.atEnd) flags.push('Live');
    return flags.join(', ');
  }

  get counts(): { buffered: number; live: number; retries: number; outstanding: number } {
    return {
      buffered: this.#ahead.atEnd ? 0 : this.#ahead.length,
      live: Math.min(this.#ahead.live, this.config.settings.liveBufferSize),
      retries: this.#retries.length + this.replay.waiting,
      outstanding: this.#outstanding.count,
    };
  }

  /** Position of the last event that was looked at; undefined where there was none yet. */
  get lastKnown(): number | undefined {
    const { position } = this.#ahead.looked;
    return position < 0 ? undefined : position;
  }

  #pumpSoon(): void {
    if (this.#isPumping || this.#isOver) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      if (!this.#isOver) this.#pump();
    });
  }

  #pump(): void {
    const isMore = this.#fill();
    this.#deliverRetries();
    this.#ahead.offer((message) => this.#offer(message));
    for (const consumer of this.#consumers.keys()) {
      consumer.flush();
      if (consumer.isCongested) consumer.whenDrained(() => this.#pumpSoon());
    }
    if (isMore) this.#pumpSoon();
  }

  /** Reads on where there is room; true when it should be asked again soon. */
  #fill(): boolean {
    if (this.replay.isReading && this.#retries.length < REPLAY_PAGE) {
      for (const message of this.replay.take(REPLAY_PAGE)) this.#retries.add(message);
    }
    return this.#ahead.fill();
  }

  #deliverRetries(): void {
    for (let index = 0; index < this.#retries.length; ) {
      const message = this.#retries.at(index);
      const outcome =
        message === undefined ? 'stop' : this.#offer(message, () => this.#retries.removeAt(index));
      if (outcome === 'stop') return;
      if (outcome === 'passed over') index += 1;
    }
  }

  /** Hands a message to the consumer that it is for, if that has room; `taken` runs before it is on its way. */
  #offer(message: Message, taken?: () => void): Offer {
    const consumer = this.#strategy.choose(message);
    if (consumer !== undefined) {
      taken?.();
      this.#deliver(message, consumer);
      return 'taken';
    }
    return this.#strategy.skips && this.#hasRoom() ? 'passed over' : 'stop';
  }

  #hasRoom(): boolean {
    for (const consumer of this.#consumers.keys()) if (consumer.hasRoom) return true;
    return false;
  }

  #deliver(message: Message, consumer: Consumer): void {
    this.#outstanding.add({ message, consumer, deliveredAt: this.#store.clock() });
    this.#unsettled.add(message);
    consumer.inFlight += 1;
    consumer.throughput.count();
    this.throughput.count();
    consumer.deliver(message);
  }

  /** Takes a message out of what is with consumers. */
  #take(outstanding: Outstanding): void {
    this.#outstanding.remove(outstanding);
    outstanding.consumer.inFlight -= 1;
    if (this.config.settings.extraStatistics) {
      outstanding.consumer.noteLatency(this.#store.clock() - outstanding.deliveredAt);
    }
  }

  #settle(message: Message): void {
    this.#unsettled.remove(message);
    if (message.replayOf !== undefined) this.replay.settled(message.replayOf);
    else this.checkpoint.settled(this.#progress());
  }

  #retry(outstanding: Outstanding): void {
    this.#take(outstanding);
    outstanding.message.retryCount += 1;
    this.#retries.add(outstanding.message);
  }

  #retryOrPark(outstanding: Outstanding): void {
    const limit = this.config.settings.maxRetryCount;
    if (outstanding.message.retryCount < limit) this.#retry(outstanding);
    else this.#park(outstanding, `Reached retry count of ${limit}`);
  }

  /** A message counts as settled when it is in the parked stream; where that fails it is delivered again. */
  #park(outstanding: Outstanding, reason: string): void {
    this.#take(outstanding);
    const { message } = outstanding;
    park(this.#store, this.parkedStream, message, reason).then(
      () => this.#settle(message),
      () => this.#retries.add(message),
    );
  }

  /** Everything up to here is settled. */
  #progress(): Progress {
    const { first: buffered, looked } = this.#ahead;
    const { lowest } = this.#unsettled;
    const first =
      lowest !== undefined && (buffered === undefined || lowest.sequence < buffered.sequence)
        ? lowest
        : buffered;
    return first === undefined ? looked : { sequence: first.sequence - 1, position: first.before };
  }
}

function startOf(store: EventStore, config: GroupConfig, noted: number | undefined): number {
  if (noted === undefined) return config.settings.start === 'end' ? config.startedAt : config.settings.start;
  if (config.source.kind === 'stream') return noted + 1;
  return store.log.after(noted) ?? Math.max(0, noted);
}
