import type { Collection } from 'mongodb';
import {
  TICKET_STATUSES,
  TICKETS,
  type TicketDocument,
} from '../../../shared-contracts/documents/ticket-document.ts';
import { KINDS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';

const BATCH = 2000;
const MINUTE_MS = 60_000;
const THINGS = ['printer', 'screen', 'invoice', 'door', 'network', 'phone', 'chair', 'account'];
const TROUBLES = ['broken', 'slow', 'missing', 'loud', 'blank', 'late'];
const NAMES = ['kim', 'lou', 'sam', 'ana', 'noor', 'ivo', 'maya'];

/**
 * Puts tickets into the read model as if they had come in one a minute: of every status, kind and priority, with words and
 * tags that repeat. Straight into the collection, since what is measured is how they are found.
 *
 * @param from number of the first, so that more can be added later.
 */
export async function addTickets(
  collection: Collection<TicketDocument>,
  employeeIds: readonly string[],
  from: number,
  to: number,
): Promise<void> {
  for (let start = from; start < to; start += BATCH) {
    const size = Math.min(BATCH, to - start);
    await collection.insertMany(
      Array.from({ length: size }, (_, index) => ticket(start + index, employeeIds)),
    );
  }
}

function ticket(number: number, employeeIds: readonly string[]): TicketDocument {
  // Large steps, so that neighbours differ and no two properties go together.
  const pick = <Value>(values: readonly Value[], step: number): Value => {
    const chosen = values[Math.floor((number * step) / 7) % values.length];
    if (chosen === undefined) throw new Error('There is nothing to pick from.');
    return chosen;
  };
  const id = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const thing = pick(THINGS, 5);
  const words = [pick(NAMES, 11), 'the', thing, 'is', pick(TROUBLES, 13)];
  const status = pick(TICKET_STATUSES, 3);
  const preparedAt = new Date(Date.UTC(2026, 0, 1) + number * MINUTE_MS);
  const priority = pick(PRIORITIES, 17);
  return {
    ...TICKETS.example,
    _id: id,
    issueId: id,
    customerName: words[0] ?? '',
    subject: words.slice(1).join(' '),
    words,
    kind: pick(KINDS, 19),
    status,
    open: status !== 'resolved' && status !== 'cancelled',
    assigneeId: pick([null, ...employeeIds], 23),
    priority,
    urgency: PRIORITIES.indexOf(priority),
    tags: [thing],
    preparedAt,
    updatedAt: preparedAt,
  };
}
