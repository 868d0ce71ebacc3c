import { type EventData, jsonEvent, type RecordedEvent } from '@eventstore/db-client';
import { ContractViolation } from '../../messages/decode-message.ts';
import type { MessageDefinition } from '../../messages/define-message.ts';
import { type EventMetadata, metadataCheck } from '../../messages/metadata.ts';
import { holdsSealed } from '../personal/sealed-value.ts';
import { createSealing, type Sealing } from '../personal/sealing.ts';
import type { SubjectKeys } from '../personal/subject-keys.ts';
import type { TraceCarrier } from '../telemetry/spans.ts';
import type { NewEvent, StoredEvent } from './stored-event.ts';

/** Turns our events into the store's and back, by their contracts; what is personal is encrypted in the store. */
export type Codec = Sealing & {
  /** @throws ContractViolation when data or metadata do not keep their contract: they must not get into the store. */
  encode(event: NewEvent, trace: TraceCarrier): Promise<EventData>;
  /**
   * @throws NewerVersion when the type is not known, or its version is newer than the one that is.
   * @throws ContractViolation when data or metadata do not keep their contract.
   */
  decode(recorded: RecordedEvent): Promise<StoredEvent>;
  /**
   * Whether events of this type are known, or the store's own. What is not may be passed over by nobody: a newer version
   * wrote it, and may do something about it here.
   */
  knows(type: string): boolean;
  /** Fetches at once the keys that decoding all of these will take: for reads that see many subjects. */
  prepare(recorded: readonly RecordedEvent[]): Promise<void>;
  /** Whether the subject was erased, as far as this process has heard. */
  isErased(subject: string): Promise<boolean>;
  /** Fetches every key anew that is used from now on. */
  forgetKeys(): void;
};

/** How many keys are fetched at the same time. */
const FETCHED_AT_ONCE = 32;

/** The codec of the events in a catalogue, whose personal fields are encrypted under these keys. */
export function createCodec(catalogue: ReadonlyMap<string, MessageDefinition>, keys: SubjectKeys): Codec {
  const isMetadata = metadataCheck();
  const sealing = createSealing(catalogue, keys);

  return {
    ...sealing,

    async encode({ id, event, metadata }, trace) {
      if (!isMetadata({ ...metadata, schemaVersion: 1 })) throw notOurs(event.type);
      const { type, version, data } = await sealing.seal(id, event, metadata.subject);
      const stored: EventMetadata = { ...metadata, schemaVersion: version, ...trace };
      return jsonEvent({ id, type, data, metadata: stored });
    },

    async decode({ id, type, streamId, revision, data, metadata }) {
      if (!isMetadata(metadata)) throw notOurs(type);
      const { subject, schemaVersion } = metadata;
      const { message, erased } = await sealing.open({ id, type, version: schemaVersion, subject, data });
      return {
        origin: { stream: streamId, revision: Number(revision), eventId: id },
        event: message,
        metadata,
        ...(erased ? { erased } : {}),
      };
    },

    knows: (type) => type.startsWith('$') || catalogue.has(type),
    isErased: async (subject) => (keys.known(subject) ?? (await keys.toOpen(subject))) === 'erased',
    forgetKeys: () => keys.forget(),

    async prepare(recorded) {
      const subjects = new Set<string>();
      for (const { metadata, data } of recorded) {
        if (!isMetadata(metadata) || metadata.subject === undefined) continue;
        if (keys.known(metadata.subject) === undefined && holdsSealed(data)) subjects.add(metadata.subject);
      }
      const waiting = [...subjects];
      while (waiting.length > 0) {
        await Promise.all(waiting.splice(0, FETCHED_AT_ONCE).map((subject) => keys.toOpen(subject)));
      }
    },
  };
}

function notOurs(type: string): ContractViolation {
  return new ContractViolation(type, '/metadata', 'is not the metadata of an event of this product');
}
