import { CATALOGUE } from '../../../shared-contracts/messages/catalogue.ts';
import { createCodec } from '../../../shared-contracts/runtime/event-store/codec.ts';
import {
  connectClient,
  createEventStore,
  type EventStore,
} from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { createSubjectKeys } from '../../../shared-contracts/runtime/event-store/stored-keys.ts';

/** What the keys in a test's store are wrapped under. */
export const TEST_MASTER_KEY = new Uint8Array(32).fill(7);

/** A client of a test's store, as another process has it. */
export function connectTestStore(url: string, catalogue = CATALOGUE): EventStore {
  const client = connectClient(url, 'test');
  return createEventStore(client, createCodec(catalogue, createSubjectKeys(client, TEST_MASTER_KEY)));
}
