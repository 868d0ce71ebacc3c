// One run of random faults: a group, its instances, its operator, and what became of every event.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FailureEvent } from '../../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';
import {
  type RunningConsumer,
  startConsumer,
} from '../../../shared-contracts/runtime/consumer/start-consumer.ts';
import type { SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { askReplay } from './ask-replay.ts';
import { countedGroup, effectsOf, takeEffect } from './counted-group.ts';
import { eventually } from './eventually.ts';
import { type FailedMessage, foldLedger, isSettled } from './folded-ledger.ts';
import { closed } from './test-group.ts';
import { watchedStore } from './watched-store.ts';

export const STREAMS = 3;
const MOST_INSTANCES = 3;

/** `poison` fails until it is mended; `flaky` fails once. */
export type Ill = 'well' | 'poison' | 'flaky';

export type Step =
  | { readonly kind: 'append'; readonly stream: number; readonly ills: readonly Ill[] }
  | { readonly kind: 'replay'; readonly which: number; readonly mended: boolean }
  | { readonly kind: 'discard'; readonly which: number }
  /** An instance is gone from one moment to the next: no further step of what it does comes about. */
  | { readonly kind: 'crash'; readonly which: number }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'join' }
  /** The store drops all consumers and delivers again what it had not noted. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'outage' }
  | { readonly kind: 'wait' };

type Appended = { readonly id: string; readonly stream: string; readonly revision: number };
type Instance = { readonly consumer: RunningConsumer; readonly die: () => void };

export class Trial {
  readonly #store: EventStore;
  readonly #tag: string;
  readonly #order: SubscriptionGroup['order'];
  readonly #group: SubscriptionGroup;
  readonly #instances: Instance[] = [];
  readonly #ending: Promise<void>[] = [];
  readonly #events: Appended[] = [];
  readonly #ills = new Map<string, Ill>();
  readonly #outOfOrder = new Set<string>();
  readonly #next = new Map<string, number>();
  #isDown = false;

  constructor(store: EventStore, tag: string, order: SubscriptionGroup['order']) {
    this.#store = store;
    this.#tag = tag;
    this.#order = order;
    this.#group = countedGroup(tag, order, async () => undefined);
    this.#join();
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'append':
        return this.#append(`${this.#tag}-${step.stream}`, step.ills);
      case 'replay':
        return this.#replay(pick(await this.#failed(), step.which), step.mended);
      case 'discard':
        return this.#discard(pick(await this.#waiting(), step.which));
      case 'crash':
        return this.#crash(step.which);
      case 'leave':
        return this.#leave(step.which);
      case 'join':
        if (this.#instances.length < MOST_INSTANCES) this.#join();
        return;
      case 'restart':
        return this.#store.client.restartPersistentSubscriptionSubsystem();
      case 'outage': {
        this.#isDown = true;
        await this.#pausesOrRests();
        this.#isDown = false;
        return;
      }
      case 'wait':
        return this.#quiet();
    }
  }

  /** Mends everything, and replays or discards what waits, until nothing is left to do. */
  async settle(discards: boolean): Promise<void> {
    for (const id of this.#ills.keys()) this.#ills.set(id, 'well');
    if (this.#instances.length === 0) this.#join();
    const dealtWith = new Set<string>();
    await eventually('everything is settled', async () => {
      const { messages, blockedStreams } = await foldLedger(this.#store, this.#group);
      const open = messages.filter(({ state }) => state === 'waiting' || state === 'replaying');
      for (const [index, message] of open.entries()) {
        const key = `${message.origin.eventId} ${message.attempts}`;
        if (dealtWith.has(key)) continue;
        dealtWith.add(key);
        if (discards && index % 2 === 0 && message.state === 'waiting') await this.#discard(message);
        else await this.#replay(message, true);
      }
      return open.length === 0 && blockedStreams === 0 && this.#isQuiet();
    });
  }

  /** Handled or recovered: its effect once. Discarded: none. In an ordered group: in the order of the stream. */
  async assertEffects(): Promise<void> {
    const discarded = await this.#discarded();
    for (let index = 0; index < STREAMS; index += 1) {
      const stream = `${this.#tag}-${index}`;
      const events = this.#events.filter((event) => event.stream === stream && !discarded.has(event.id));
      const effects = await effectsOf(this.#store, stream);
      assert.deepEqual(
        effects.toSorted((left, right) => left - right),
        events.map(({ revision }) => revision),
        `effects of ${stream}`,
      );
      if (this.#order === 'free') continue;
      const late = new Set(
        events.filter(({ id }) => this.#outOfOrder.has(id)).map(({ revision }) => revision),
      );
      const inOrder = effects.filter((revision) => !late.has(revision));
      assert.deepEqual(
        inOrder,
        inOrder.toSorted((left, right) => left - right),
        `order of ${stream}`,
      );
    }
  }

  async end(): Promise<void> {
    while (this.#instances.length > 0) await this.#leave(0);
    await Promise.all(this.#ending);
  }

  #join(): void {
    let dead = false;
    const at = () => {
      if (dead) throw new Error('This instance is dead.');
    };
    const handle = async (envelope: Envelope) => {
      at();
      await this.#fail(envelope.origin.eventId);
      await takeEffect(this.#store, envelope);
    };
    const group = { ...countedGroup(this.#tag, this.#order, handle), patienceMs: 0 };
    const logger = createLogger('test', 'silent', 'json');
    const consumer = startConsumer({ store: watchedStore(this.#store, at), logger }, group);
    const die = () => {
      dead = true;
    };
    this.#instances.push({ consumer, die });
  }

  async #fail(eventId: string): Promise<void> {
    if (this.#isDown) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const ill = this.#ills.get(eventId);
    if (ill === 'poison') throw new PermanentFailure('refused', 'This event is refused.');
    if (ill !== 'flaky') return;
    this.#ills.set(eventId, 'well');
    throw new Error('This event fails once.');
  }

  async #append(stream: string, ills: readonly Ill[]): Promise<void> {
    const next = this.#next.get(stream) ?? 0;
    const events = ills.map(() => closed());
    for (const [index, { id }] of events.entries()) {
      this.#ills.set(id, ills[index] ?? 'well');
      this.#events.push({ id, stream, revision: next + index });
    }
    await this.#store.append(stream, events, next === 0 ? 'none' : next - 1);
    this.#next.set(stream, next + events.length);
  }

  async #replay(message: FailedMessage | undefined, mended: boolean): Promise<void> {
    if (message === undefined) return;
    const { origin, attempts, state } = message;
    if (mended) this.#ills.set(origin.eventId, 'well');
    // Its stream has gone on, or may have.
    if (state === 'discarded') this.#outOfOrder.add(origin.eventId);
    const attempt = attempts + 1;
    const [batch, by, group] = [randomUUID(), 'operator:test', this.#group.declaration.name];
    const replayId = randomUUID();
    await this.#tell({ type: 'ReplayRequested', data: { group, origin, replayId, batch, attempt, by } });
    const about = { origin, attempt, batch };
    await askReplay(this.#store, this.#group, origin.stream, origin.revision, about, replayId);
  }

  async #discard(message: FailedMessage | undefined): Promise<void> {
    if (message === undefined) return;
    const { origin } = message;
    const data = { group: this.#group.declaration.name, origin, reason: 'A test.', by: 'operator:test' };
    await this.#tell({ type: 'MessageDiscarded', data });
    await askReplay(this.#store, this.#group, origin.stream, origin.revision, { origin, release: true });
  }

  async #tell(event: FailureEvent): Promise<void> {
    const metadata = { ...closed().metadata, actor: 'operator:test' };
    await this.#store.collect(streamOf.failures(event.data.group), [{ id: randomUUID(), event, metadata }]);
  }

  async #crash(which: number): Promise<void> {
    const instance = this.#takeOut(which);
    if (instance === undefined) return;
    instance.die();
    this.#ending.push(instance.consumer.close());
  }

  async #leave(which: number): Promise<void> {
    const instance = this.#takeOut(which);
    await instance?.consumer.close();
  }

  #takeOut(which: number): Instance | undefined {
    const instance = pick(this.#instances, which);
    if (instance !== undefined) this.#instances.splice(this.#instances.indexOf(instance), 1);
    return instance;
  }

  async #failed(): Promise<readonly FailedMessage[]> {
    const { messages } = await foldLedger(this.#store, this.#group);
    return messages.filter(({ state }) => state === 'waiting' || state === 'discarded');
  }

  async #waiting(): Promise<readonly FailedMessage[]> {
    return (await this.#failed()).filter(({ state }) => state === 'waiting');
  }

  async #discarded(): Promise<ReadonlySet<string>> {
    const failed = await this.#failed();
    return new Set(failed.flatMap(({ origin, state }) => (state === 'discarded' ? [origin.eventId] : [])));
  }

  /** Whether every event was handled, has failed, or waits behind one that has; and nothing is in flight. */
  async #isQuiet(): Promise<boolean> {
    const { messages, blockers } = await foldLedger(this.#store, this.#group);
    const failed = new Set(
      messages.flatMap(({ origin, state }) => (state === 'recovered' ? [] : [origin.eventId])),
    );
    for (let index = 0; index < STREAMS; index += 1) {
      const stream = `${this.#tag}-${index}`;
      const handled = new Set(await effectsOf(this.#store, stream));
      const blocker = blockers.get(stream) ?? Number.POSITIVE_INFINITY;
      const isMissing = (event: Appended) =>
        event.stream === stream &&
        event.revision < blocker &&
        !handled.has(event.revision) &&
        !failed.has(event.id);
      if (this.#events.some(isMissing)) return false;
    }
    return isSettled(this.#store, this.#group);
  }

  /** An outage is found out by whoever has something to handle. */
  async #pausesOrRests(): Promise<void> {
    await eventually('an instance pauses, or all have nothing to do', async () => {
      if (this.#instances.every(({ consumer }) => consumer.state().condition === 'connecting')) return true;
      return (
        this.#instances.some(({ consumer }) => consumer.state().condition === 'paused') || this.#isQuiet()
      );
    });
  }

  async #quiet(): Promise<void> {
    if (this.#instances.length === 0) return;
    await eventually('the group is quiet', () => this.#isQuiet());
  }
}

function pick<Value>(values: readonly Value[], which: number): Value | undefined {
  return values[which % Math.max(1, values.length)];
}
