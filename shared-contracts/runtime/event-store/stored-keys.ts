import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import {
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { decodeMessage } from '../../messages/decode-message.ts';
import type { MessageOf } from '../../messages/define-message.ts';
import { SubjectKeyCreated } from '../../messages/key-events.ts';
import type { EventMetadata } from '../../messages/metadata.ts';
import { streamOf } from '../../messages/names.ts';
import { KeyCache, type KeyCacheLimits } from '../personal/key-cache.ts';
import type { SubjectKey, SubjectKeys } from '../personal/subject-keys.ts';
import { unwrapKey, wrapKey } from '../personal/wrapped-key.ts';
import { recordedEvents } from './recorded-events.ts';

/** Nobody's subject (the nil UUID): its key is there to check the master key by. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const LIMITS: KeyCacheLimits = { size: 5000, lifeMs: 60_000 };

/**
 * The keys in the streams `key-{subject}`, each wrapped under a key that is derived from the master key.
 *
 * A key is the event at revision 0 of its stream and nothing else, so that a stream that was deleted, truncated or
 * tombstoned never gets another.
 */
export function createSubjectKeys(
  client: EventStoreDBClient,
  masterKey: Uint8Array,
  limits = LIMITS,
  now: () => number = Date.now,
): SubjectKeys {
  const wrapping = createSecretKey(masterKey);
  const cache = new KeyCache<SubjectKey>(limits, now);

  const read = async (subject: string): Promise<SubjectKey> => {
    for await (const event of recordedEvents(client, streamOf.key(subject), { maxCount: 1 }, 'none')) {
      if (event.revision !== 0n) return 'erased';
      const { data } = decodeMessage(SubjectKeyCreated, event.data, SubjectKeyCreated.version);
      return unwrapKey(wrapping, subject, data.wrappedKey);
    }
    return 'erased';
  };

  // Whoever seals without having read anything of the subject is nearly always the first: append first, read on a conflict.
  const make = async (subject: string): Promise<SubjectKey> => {
    const { key, wrapped } = wrapKey(wrapping, subject, randomBytes(44));
    try {
      const created = keyCreated(subject, wrapped);
      const { nextExpectedRevision } = await client.appendToStream(streamOf.key(subject), created, {
        expectedRevision: NO_STREAM,
      });
      return nextExpectedRevision === 0n ? key : 'erased';
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return read(subject);
      if (error instanceof StreamDeletedError) return 'erased';
      throw error;
    }
  };

  return {
    known: (subject) => cache.get(subject),
    toOpen: (subject) => cache.getOr(subject, () => read(subject)),
    toSeal: (subject) => cache.getOr(subject, () => make(subject)),
    forget: () => cache.clear(),
    check: async () => {
      await make(NOBODY);
    },
  };
}

/** Its id is random, not made from the subject: for the store, the same id would be the same key, which it is not. */
function keyCreated(subject: string, wrappedKey: string) {
  const { type, data }: MessageOf<typeof SubjectKeyCreated> = {
    type: 'SubjectKeyCreated',
    data: { subject, wrappedKey },
  };
  const metadata: EventMetadata = {
    $correlationId: subject,
    $causationId: subject,
    actor: 'system:codec',
    subject,
    schemaVersion: SubjectKeyCreated.version,
    occurredAt: new Date().toISOString(),
  };
  return jsonEvent({ id: randomUUID(), type, data, metadata });
}
