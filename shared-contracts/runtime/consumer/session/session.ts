import type {
  PersistentSubscriptionToAll,
  PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client';
import type { Attributes } from '@opentelemetry/api';
import { count } from '../../telemetry/meters.ts';
import { metric } from '../../telemetry/metrics.ts';
import { attribute, messagingSystem, ofGroup } from '../../telemetry/names.ts';
import { deliveredOf, orderKeyOf } from '../message/identify.ts';
import { type ProcessDeps, processMessage } from '../message/process-message.ts';
import type { SubscriptionGroup } from '../subscription-group.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { Batches } from './batches.ts';

/** Why a connection to the group ended. */
export type SessionEnd =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'outage'; readonly error: unknown }
  /** `confirmed` tells a connection that worked from one that never came about. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly confirmed: boolean };

/**
 * One connection to the group: every message that it delivers is processed in the lane of its stream, and settled. Once
 * it has ended, what still waits in its lanes does not run: what was in front of it has not been settled.
 */
export class Session {
  readonly #deps: ProcessDeps;
  readonly #group: SubscriptionGroup;
  readonly #subscription: PersistentSubscriptionToAll;
  readonly #acknowledgements: Acknowledgements;
  readonly #batches: Batches | undefined;
  #confirmed = false;
  readonly #consumed: Attributes;
  #unsettled = 0;
  #end: SessionEnd | undefined;

  constructor(deps: ProcessDeps, group: SubscriptionGroup) {
    this.#deps = deps;
    this.#group = group;
    this.#subscription = deps.store.client.subscribeToPersistentSubscriptionToAll(group.declaration.name, {
      bufferSize: group.bufferSize,
    });
    this.#consumed = {
      [attribute.messagingSystem]: messagingSystem.store,
      [attribute.messagingOperationName]: 'receive',
      ...ofGroup(group.declaration.name),
    };
    this.#acknowledgements = new Acknowledgements(this.#subscription);
    if (group.batch !== undefined) {
      this.#batches = new Batches(deps, group, group.batch, {
        alone: (message) => this.#process(message),
        acknowledge: (message) => this.#acknowledge(message),
        isOver: () => this.#end !== undefined,
      });
    }
    this.#subscription.once('confirmation', () => {
      this.#confirmed = true;
    });
    // The client may report the end of the call once more after the loop has left.
    this.#subscription.on('error', () => undefined);
  }

  get connected(): boolean {
    return this.#confirmed && this.#end === undefined;
  }

  /** Messages that were delivered and are not settled, as long as the connection stands. */
  get inFlight(): number {
    return this.#end === undefined ? this.#unsettled : 0;
  }

  /** Delivers until the connection ends, in whatever way. */
  async run(): Promise<SessionEnd> {
    try {
      for await (const message of this.#subscription) {
        this.#unsettled += 1;
        count(metric.consumed, this.#consumed);
        if (this.#batches === undefined) this.#process(message);
        else this.#batches.add(message);
      }
      this.fail(new Error('The store ended the subscription.'));
    } catch (error) {
      this.fail(error);
    } finally {
      await this.#subscription.unsubscribe().catch(() => undefined);
    }
    return this.#end ?? { kind: 'stopped' };
  }

  fail(error: unknown): void {
    this.#finish({ kind: 'failed', error, confirmed: this.#confirmed });
  }

  leave(): void {
    this.#finish({ kind: 'stopped' });
  }

  #process(message: PersistentSubscriptionToAllResolvedEvent): void {
    const lane = this.#group.order === 'by-stream' ? orderKeyOf(message) : deliveredOf(message).id;
    this.#deps.lanes
      .run(lane, () => this.#settle(message))
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#unsettled -= 1;
      });
  }

  async #acknowledge(message: PersistentSubscriptionToAllResolvedEvent): Promise<void> {
    this.#unsettled -= 1;
    if (this.#end === undefined)
      await this.#acknowledgements.add(message).catch((error: unknown) => this.fail(error));
  }

  async #settle(message: PersistentSubscriptionToAllResolvedEvent): Promise<void> {
    if (this.#end !== undefined || this.#deps.stopping.aborted) return;
    const settlement = await processMessage(this.#deps, this.#group, message);
    switch (settlement.kind) {
      case 'ack':
        return this.#acknowledgements.add(message);
      case 'park':
        return this.#acknowledgements.park(message, settlement.reason);
      case 'leave':
        return;
      case 'outage':
        return this.#finish(settlement);
    }
  }

  #finish(end: SessionEnd): void {
    this.#end ??= end;
    this.#acknowledgements.close();
    this.#subscription.destroy();
  }
}
