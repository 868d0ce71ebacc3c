import { randomUUID } from 'node:crypto';
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { collect } from '../../testing/answers.ts';

/** Both ways to append that the client has: a batch, and (with credentials) a call of its own. */
export const WAYS = [
  ['batch append', {}],
  ['append', { credentials: { username: 'admin', password: 'changeit' } }],
] as const;

export function event(type: string, id: string = randomUUID()) {
  return jsonEvent({ type, data: { type }, id });
}

export function events(...types: readonly string[]) {
  return types.map((type) => event(type));
}

/** The types of the events that a read of a stream brings. */
export async function types(client: EventStoreDBClient, stream: string): Promise<string[]> {
  return (await collect(client.readStream(stream))).map(({ event }) => event?.type ?? '-');
}
