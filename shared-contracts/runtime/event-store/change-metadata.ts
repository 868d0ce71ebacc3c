import {
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { lastRecorded } from './recorded-events.ts';

type Metadata = Readonly<Record<string, unknown>>;

const MOST_CONFLICTS = 5;

/**
 * Changes what is said of a stream, and leaves every key that `change` does not touch (`$tb`, `$acl` …) as it is.
 *
 * @param change is given what stands there now; undefined: nothing is to be written.
 * @returns whether something was written.
 */
export async function changeMetadata(
  client: EventStoreDBClient,
  stream: string,
  change: (metadata: Metadata) => Metadata | undefined,
): Promise<boolean> {
  for (let conflicts = 0; ; conflicts += 1) {
    const { revision, metadata } = await readMetadata(client, stream);
    const data = change(metadata);
    if (data === undefined) return false;
    const event = jsonEvent({ type: '$metadata', data: { ...data } });
    try {
      await client.appendToStream(`$$${stream}`, event, { expectedRevision: revision ?? NO_STREAM });
      return true;
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError) || conflicts === MOST_CONFLICTS) throw error;
    }
  }
}

type Found = {
  /** Of the metadata's own stream, which the client's `getStreamMetadata` does not tell. */
  readonly revision: bigint | undefined;
  readonly metadata: Metadata;
};

async function readMetadata(client: EventStoreDBClient, stream: string): Promise<Found> {
  const last = await lastRecorded(client, `$$${stream}`);
  const { data } = last ?? {};
  return { revision: last?.revision, metadata: data instanceof Uint8Array ? {} : { ...Object(data) } };
}
