// Generated histories, appended as what happened then.
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import type { GeneratedFailure } from './generated-failures.ts';
import type { GeneratedTicket } from './generated-tickets.ts';

/** Whom what is personal in all events is about: one key is made faster than thousands. */
const ONE_FOR_ALL = deterministicId('subject', 'all');
const AT_A_TIME = 32;

export function newEvent(id: string, event: { type: string; data: Record<string, unknown> }, at: Date) {
  const metadata = {
    $correlationId: id,
    $causationId: id,
    actor: 'system:test',
    occurredAt: at.toISOString(),
  };
  return { id, event, metadata: { ...metadata, subject: ONE_FOR_ALL } };
}

export async function appendTickets(store: EventStore, tickets: readonly GeneratedTicket[]): Promise<void> {
  const waiting = [...tickets];
  const work = async () => {
    for (let ticket = waiting.pop(); ticket !== undefined; ticket = waiting.pop()) {
      const { id, happened } = ticket;
      const events = happened.map(({ event, at }, index) =>
        newEvent(deterministicId(id, String(index)), event, at),
      );
      await store.append(streamOf.ticket(id), events, 'none');
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

/** One ledger for each group, in the order in which all of it happened. */
export async function appendFailures(
  store: EventStore,
  failures: readonly GeneratedFailure[],
): Promise<void> {
  for (const group of new Set(failures.map((failure) => failure.group))) {
    const happened = failures.flatMap((failure) => (failure.group === group ? failure.entries : []));
    const events = happened
      .sort((left, right) => left.at.getTime() - right.at.getTime())
      .map(({ event, at }, index) => newEvent(deterministicId(group, String(index)), event, at));
    await store.append(streamOf.failures(group), events, 'none');
  }
}
