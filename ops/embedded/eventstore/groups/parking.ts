import { randomUUID } from 'node:crypto';
import type { EventStore } from '../core/event-store.ts';
import { LINK_TYPE } from '../core/names.ts';
import { uuidFromText } from '../wire/uuid.ts';
import { linkText, type Message, originalOf } from './message.ts';

/** Appends a message that nobody could handle to the group's parked stream: a link to it, and why. */
export async function park(
  store: EventStore,
  parked: string,
  message: Message,
  reason: string,
): Promise<void> {
  const number = originalOf(message).revision;
  const metadata = {
    added: localTime(new Date(store.clock())),
    reason,
    ...(number === 0 ? {} : { subscriptionEventNumber: number }),
  };
  await store.append(parked, { kind: 'any' }, [
    {
      id: uuidFromText(randomUUID()) ?? Buffer.alloc(16),
      type: LINK_TYPE,
      json: false,
      data: linkText(message),
      metadata: Buffer.from(JSON.stringify(metadata, undefined, 2)),
    },
  ]);
}

/** How many messages wait in a parked stream. */
export function parkedCount(store: EventStore, parked: string): number {
  const view = store.streams.view(parked);
  return view.kind === 'present' ? Math.max(0, view.last - view.first + 1) : 0;
}

/** Local time with its offset and seven digits, trailing zeros left out, as .NET writes it. */
export function localTime(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString();
  const fraction = local.slice(20, 23).replace(/0+$/, '');
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
  return `${local.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}
