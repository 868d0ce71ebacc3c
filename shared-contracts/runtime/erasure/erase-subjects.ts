import { type EventStoreDBClient, StreamDeletedError } from '@eventstore/db-client';
import { streamOf } from '../../messages/names.ts';

/** Keys deleted at the same time. */
const AT_ONCE = 16;

/**
 * Deletes the keys of subjects for good: their streams get tombstones, so that nobody can bring them back and none ever gets
 * another key, not even a subject that has none yet. Harmless where it was done before: this is also what is to be done,
 * for the subjects of every erasure, after a backup was restored that was made before.
 *
 * A tombstone and no truncation: a scavenge keeps the newest event of a stream that is only truncated, and that would be the key.
 */
export async function eraseSubjects(
  client: Pick<EventStoreDBClient, 'tombstoneStream'>,
  subjects: Iterable<string>,
): Promise<void> {
  const waiting = [...subjects];
  const work = async () => {
    for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop()) {
      try {
        await client.tombstoneStream(streamOf.key(subject));
      } catch (error) {
        if (!(error instanceof StreamDeletedError)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
