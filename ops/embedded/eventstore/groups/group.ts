import type { EventStore } from '../core/event-store.ts';
import { groupDropped, groupFull } from '../errors.ts';
import type { RpcError } from '../rpc/status.ts';
import { Checkpoint, readCheckpoint } from './checkpoint.ts';
import type { Consumer } from './consumer.ts';
import type { Message } from './message.ts';
import { type Offer, ReadAhead } from './read-ahead.ts';
import { Replay } from './replay.ts';
import type { ReplayLedger } from './replay-ledger.ts';
import { type GroupConfig, groupKey, parkedStream, sourceName } from './settings.ts';
import { type NackAction, Settling } from './settling.ts';
import { createSourceReader } from './source-reader.ts';
import { createStrategy, type Strategy } from './strategies.ts';
import { Throughput } from './throughput.ts';

const REPLAY_PAGE = 100;

/**
 * One persistent subscription: reads its source ahead, and hands messages to its consumers; what becomes of them is told to
 * {@link Settling}.
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
  readonly #strategy: Strategy;
  readonly #ahead: ReadAhead;
  readonly #consumers = new Map<Consumer, (error: RpcError) => void>();
  readonly #settling: Settling;
  readonly #unfollow: () => void;
  #isPumping = false;
  #isOver = false;

  constructor(store: EventStore, ledger: ReplayLedger, config: GroupConfig) {
    const source = sourceName(config.source);
    this.config = config;
    this.key = groupKey(source, config.group);
    this.parkedStream = parkedStream(this.key);
    this.throughput = new Throughput(store.clock());
    const noted = readCheckpoint(store, this.key);
    this.checkpoint = new Checkpoint(store, config.source, config.group, config.settings, noted);
    this.replay = new Replay(store, ledger, this.key, this.parkedStream);
    this.#strategy = createStrategy(config.settings.strategy);
    this.#ahead = new ReadAhead(
      createSourceReader(store, config.source, startOf(store, config, noted), config.settings.resolveLinks),
      config.settings,
      { sequence: 0, position: noted ?? -1 },
    );
    this.#settling = new Settling({
      store,
      settings: config.settings,
      parkedStream: this.parkedStream,
      ahead: this.#ahead,
      replay: this.replay,
      checkpoint: this.checkpoint,
    });
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
    this.#settling.left(consumer);
    this.#pumpSoon();
  }

  /** After the group has ended, settling a message means nothing any more: what it wrote would outlive it. */
  ack(ids: readonly Buffer[]): void {
    if (this.#isOver) return;
    this.#settling.ack(ids);
    this.#pumpSoon();
  }

  nack(ids: readonly Buffer[], action: NackAction, reason: string): void {
    if (this.#isOver) return;
    this.#settling.nack(ids, action, reason);
    this.#pumpSoon();
  }

  async replayParked(stopAt: number | undefined): Promise<void> {
    await this.replay.start(stopAt);
    this.#pumpSoon();
  }

  /** To be called every second. */
  tick(): void {
    if (this.#isOver) return;
    this.#settling.tick();
    this.#pumpSoon();
  }

  /** Ends the group: its consumers are told that it was dropped, and what they have settled before is written. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#unfollow();
    const error = groupDropped(sourceName(this.config.source), this.config.group);
    for (const dropped of [...this.#consumers.values()]) dropped(error);
    this.#consumers.clear();
    await this.#settling.idle();
    await this.checkpoint.close();
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
      retries: this.#settling.retries.length + this.replay.waiting,
      outstanding: this.#settling.outstanding,
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
    if (this.replay.isReading && this.#settling.retries.length < REPLAY_PAGE) {
      for (const message of this.replay.take(REPLAY_PAGE)) this.#settling.retries.add(message);
    }
    return this.#ahead.fill();
  }

  #deliverRetries(): void {
    for (let index = 0; index < this.#settling.retries.length; ) {
      const message = this.#settling.retries.at(index);
      const outcome =
        message === undefined ? 'stop' : this.#offer(message, () => this.#settling.retries.removeAt(index));
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
    this.#settling.delivered(message, consumer);
    consumer.throughput.count();
    this.throughput.count();
    consumer.deliver(message);
  }
}

/** Where a group begins to read: behind its checkpoint, or where its settings say. */
function startOf(store: EventStore, config: GroupConfig, noted: number | undefined): number {
  if (noted === undefined) return config.settings.start === 'end' ? config.startedAt : config.settings.start;
  if (config.source.kind === 'stream') return noted + 1;
  return store.log.after(noted) ?? Math.max(0, noted);
}
