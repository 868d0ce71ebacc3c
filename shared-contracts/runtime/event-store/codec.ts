import { type EventData, jsonEvent, type RecordedEvent } from '@eventstore/db-client';
import { ContractViolation, decodeMessage } from '../../messages/decode-message.ts';
import type { AnyMessage, MessageDefinition } from '../../messages/define-message.ts';
import { type EventMetadata, metadataCheck } from '../../messages/metadata.ts';
import type { TraceCarrier } from '../telemetry/spans.ts';
import type { NewEvent, StoredEvent } from './stored-event.ts';

/** Turns our events into the store's and back, by their contracts. */
export type Codec = {
  /** @throws ContractViolation when data or metadata do not keep their contract: they must not get into the store. */
  encode(event: NewEvent, trace: TraceCarrier): Promise<EventData>;
  /** @throws ContractViolation when the type is unknown, or data or metadata do not keep their contract. */
  decode(recorded: RecordedEvent): Promise<StoredEvent>;
};

export function createCodec(catalogue: ReadonlyMap<string, MessageDefinition>): Codec {
  const isMetadata = metadataCheck();

  const definitionOf = (type: string): MessageDefinition => {
    const definition = catalogue.get(type);
    if (definition !== undefined) return definition;
    throw new ContractViolation(
      type,
      '',
      'this type is not in the catalogue of this service; update the service, then replay',
    );
  };

  return {
    async encode({ id, event, metadata }, trace) {
      const definition = definitionOf(event.type);
      const { data } = decodeMessage(definition, event.data, definition.version);
      const stored: EventMetadata = { ...metadata, schemaVersion: definition.version, ...trace };
      if (!isMetadata(stored)) throw notOurs(event.type);
      return jsonEvent({ id, type: event.type, data, metadata: stored });
    },

    async decode(recorded) {
      const metadata = recorded.metadata;
      if (!isMetadata(metadata)) throw notOurs(recorded.type);
      const event: AnyMessage = decodeMessage(
        definitionOf(recorded.type),
        recorded.data,
        metadata.schemaVersion,
      );
      return {
        origin: { stream: recorded.streamId, revision: Number(recorded.revision), eventId: recorded.id },
        event,
        metadata,
      };
    },
  };
}

function notOurs(type: string): ContractViolation {
  return new ContractViolation(type, '/metadata', 'is not the metadata of an event of this product');
}
