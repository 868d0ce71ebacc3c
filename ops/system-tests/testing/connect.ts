import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { createCodec } from '../../../shared-contracts/runtime/event-store/codec.ts';
import {
  connectClient,
  createEventStore,
  type EventStore,
} from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { createSubjectKeys } from '../../../shared-contracts/runtime/personal/subject-keys.ts';

/** What the keys in a test's store are wrapped under. */
export const TEST_MASTER_KEY = new Uint8Array(32).fill(7);

/** A client of a node that listens on this port. */
export function connect(port: number): EventStore {
  return connectTo(addressOf(port));
}

/** A client of a test's store, as another process has it. */
export function connectTo(url: string): EventStore {
  const client = connectClient(url, 'test');
  return createEventStore(client, createCodec(CATALOGUE, createSubjectKeys(client, TEST_MASTER_KEY)));
}

export function addressOf(port: number): string {
  return `esdb://127.0.0.1:${port}?tls=false`;
}
