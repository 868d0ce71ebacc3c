// Where a page of a list of tickets begins: behind or before a certain ticket, so that no page costs more than the first.
import type { TicketDocument } from '../../../shared-contracts/documents/ticket-document.ts';
import { ID_PATTERN } from './id-pattern.ts';

export const ORDERS = ['prepared', 'updated', 'priority'] as const;

/** How a list is sorted: the newest first, or the most urgent and of those the newest; `reversed` turns all of it round. */
export type Order = { readonly by: (typeof ORDERS)[number]; readonly reversed: boolean };

/** What a ticket is sorted by. */
export type SortKey = Pick<TicketDocument, '_id' | 'urgency' | 'preparedAt' | 'updatedAt'>;

export type Cursor = {
  readonly direction: 'after' | 'before';
  readonly urgency: number;
  readonly at: Date;
  readonly id: string;
};

const FORM = new RegExp(`^(after|before)\\.([0-3])\\.(\\d{1,14})\\.(${ID_PATTERN})$`);

/** The field of its time that an order goes by. */
export function timeField({ by }: Order): 'preparedAt' | 'updatedAt' {
  return by === 'updated' ? 'updatedAt' : 'preparedAt';
}

/** The cursor for the page behind a ticket, or before it. */
export function cursorAt(order: Order, direction: Cursor['direction'], key: SortKey): Cursor {
  return { direction, urgency: key.urgency, at: key[timeField(order)], id: key._id };
}

/** A cursor as it stands in an address. */
export function writeCursor({ direction, urgency, at, id }: Cursor): string {
  return [direction, urgency, at.getTime(), id].join('.');
}

/** @returns undefined for what is no place in a list. */
export function readCursor(text: string): Cursor | undefined {
  const [, direction, urgency, at, id] = FORM.exec(text) ?? [];
  if ((direction !== 'after' && direction !== 'before') || id === undefined) return undefined;
  return { direction, urgency: Number(urgency), at: new Date(Number(at)), id };
}
