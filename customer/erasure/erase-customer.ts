// The operation `erase` of the customer service: sees the erasure of a customer through, with the parts of all services.
import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../../shared-contracts/errors/coded-error.ts';
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import { askNode } from '../../shared-contracts/runtime/erasure/ask-node.ts';
import { eraseMessages } from '../../shared-contracts/runtime/erasure/erase-messages.ts';
import type { FoundSubject } from '../../shared-contracts/runtime/erasure/erasure-commands.ts';
import { ErasureLog } from '../../shared-contracts/runtime/erasure/erasure-log.ts';
import { findSubjects } from '../../shared-contracts/runtime/erasure/find-subjects.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { scavenge } from '../../shared-contracts/runtime/event-store/scavenge.ts';
import { readOperations } from '../../shared-contracts/runtime/operations/control-stream.ts';
import type { Operation } from '../../shared-contracts/runtime/operations/run-operations.ts';
import type { Settings } from '../../shared-contracts/runtime/settings.ts';
import { haveServicesErase } from './ask-services.ts';
import { eraseMails } from './erase-mails.ts';

export type EraseDeps = {
  readonly store: EventStore;
  readonly settings: Pick<Settings, 'amqpUrl' | 'eventStoreUrl' | 'nodePages'>;
  /** Aborts when the service stops; the operation is then left to whoever gets it next. */
  readonly stop: AbortSignal;
  /** Milliseconds in which every process has heard of it, and has finished what it had read before. */
  readonly settleMs: number;
};

/**
 * Erases everybody who is known under an address; the target is its id (`addressIdOf`), the operation's id the erasure's.
 *
 * The order makes that it can be taken up again wherever it was interrupted: who is found is written down before a key goes;
 * with the keys everything in streams and queues is unreadable; what is in clear elsewhere is removed only then, so that
 * nobody makes it anew; and the address, which some of that is found by, is the last to become unreadable. Every step may be
 * repeated. Where it fails, asking for it again takes it up.
 */
export function eraseOperation({ store, settings, stop, settleMs }: EraseDeps): Operation {
  const logOf = (erasureId: string) =>
    new ErasureLog(store, erasureId, `system:${GROUPS.customerControl.name}`);

  /** All that comes after its beginning; the operation is the one that is at it now. */
  const seeThrough = async (erasureId: string, subjects: readonly FoundSubject[], operationId: string) => {
    const log = logOf(erasureId);
    const { kind, by } = await log.known();
    if (kind === 'ended') return;
    await log.erase(subjects);
    await pause(settleMs);
    await eraseMessages(store, settings.amqpUrl, 'customer', log);
    await haveServicesErase(store, ['backoffice', 'projections'], { erasureId, operationId, by }, stop);

    const state = await log.known();
    const { mailbox, broker } = settings.nodePages;
    if (!state.steps.has('mails')) {
      const removed = await eraseMails(store, mailbox, state);
      await finish(log, 'mails', removed);
    }
    if (!state.steps.has('broker-files')) {
      const compacted = broker === undefined ? undefined : await askNode(broker, '/api/compact', {});
      await finish(log, 'broker-files', compacted === undefined ? undefined : 0);
    }
    await log.forgetAddress();
    if (!state.steps.has('scavenge')) {
      const scavenged = await scavenge(store.client, settings.eventStoreUrl, stop);
      await finish(log, 'scavenge', scavenged === 'done' ? 0 : undefined);
    }
    await log.give({ type: 'EndErasure' });
  };

  /** One that has failed half way: whoever it was about is known to nobody any more who looks for them anew. */
  const seeEarlierThrough = async (addressId: string, operationId: string): Promise<boolean> => {
    let wasLeft = false;
    for (const erasureId of (await findSubjects(store, addressId, operationId)).earlier) {
      if ((await logOf(erasureId).state()).kind !== 'under-way') continue;
      const { subjects } = await findSubjects(store, addressId, erasureId);
      await seeThrough(erasureId, subjects, operationId);
      wasLeft = true;
    }
    return wasLeft;
  };

  return async (addressId, report, erasureId) => {
    const wasLeft = await seeEarlierThrough(addressId, erasureId);
    const { subjects, email } = await findSubjects(store, addressId, erasureId);
    const log = logOf(erasureId);
    if ((await log.state()).kind === 'unknown') {
      if (email === undefined && wasLeft) return;
      if (subjects.length === 0)
        throw new NobodyKnown(
          'Nobody is known under this address: nothing was reported or asked for with it.',
        );
      if (email === undefined)
        throw new NobodyKnown('Whoever reported or asked for something with this address is erased already.');
      if ((await report(0, null)) === 'cancelled') return;
      const by = (await readOperations(store, 'customer')).get(erasureId)?.by ?? '';
      await log.give({ type: 'BeginErasure', erasureId, addressId, email, by });
    }
    await seeThrough(erasureId, subjects, erasureId);
  };
}

/** @param count undefined: it is out of reach */
async function finish(
  log: ErasureLog,
  step: 'mails' | 'broker-files' | 'scavenge',
  count: number | undefined,
): Promise<void> {
  await log.give({ type: 'FinishStep', step, count: count ?? 0, outOfReach: count === undefined });
}

/** There is nothing to erase; what it says is told to who asked. */
class NobodyKnown extends CodedError {
  constructor(sentence: string) {
    super('nobody-known', sentence);
  }
}
