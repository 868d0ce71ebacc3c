import { AccessDeniedError } from '@eventstore/db-client';
import { CATALOGUE } from '../../messages/catalogue.ts';
import { categoryOf } from '../../messages/names.ts';
import { followStreams } from '../live/stream-changes.ts';
import type { Secrets } from '../secrets.ts';
import { SettingError } from '../setting-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createCodec } from './codec.ts';
import { connectClient, createEventStore, type EventStore } from './event-store.ts';
import { createSubjectKeys } from './stored-keys.ts';

/**
 * The event store as every service uses it: all of our events, what is personal in them encrypted under the keys that
 * the store holds itself.
 *
 * @param logger of a process that runs on: it then hears of erasures at once, and not only when the keys that it keeps are a
 *   minute old.
 * @throws SettingError when the store refuses the user of the URL; and when it cannot be reached, or its keys were wrapped
 * under another master key.
 */
export async function openEventStore(
  url: string,
  connectionName: string,
  secrets: Secrets,
  logger?: Logger,
): Promise<EventStore> {
  const client = connectClient(url, connectionName);
  const keys = createSubjectKeys(client, secrets.key('subject-keys'));
  const store = createEventStore(client, createCodec(CATALOGUE, keys));
  try {
    await store.reach();
    await keys.check();
  } catch (error) {
    await store.close();
    throw error instanceof AccessDeniedError ? refused(error) : error;
  }
  if (logger === undefined) return store;
  const erasures = followStreams(client, [categoryOf.erasure], logger);
  erasures.listenToAll(() => store.forgetKeys());
  const close = async () => {
    await erasures.close();
    await store.close();
  };
  return { ...store, close };
}

function refused(error: AccessDeniedError): SettingError {
  return new SettingError(
    'EVENTSTORE_URL',
    error.message.includes('Unauthenticated')
      ? 'the event store does not know this user with this password'
      : "the event store lets this user not read $all; run `npm run ops -- setup` with an administrator's URL, and use what it hands out",
  );
}
