// An event as operators see it: decoded, with its personal fields hidden until somebody asks for them.
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@eventstore/db-client';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { ContractViolation } from '../../shared-contracts/messages/decode-message.ts';
import type { MessageOf } from '../../shared-contracts/messages/define-message.ts';
import type { FailedOrigin, PersonalDataShown } from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { hideFields, withoutSealed } from './hidden-fields.ts';
import { operatorEntry, type Recovery } from './recovery.ts';

export type ShownEvent = {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly writtenAt: Date;
  /** What is hidden reads as such. */
  readonly data: unknown;
  readonly metadata: unknown;
  /** There are personal fields, and they are hidden. */
  readonly hidden: boolean;
  /** The person whose data it held was erased. */
  readonly erased: boolean;
  /** Why it is shown as it is stored: it does not keep its contract. */
  readonly problem: string | undefined;
};

/** What an event holds. One that does not keep its contract is shown as it is stored, without what is encrypted in it. */
export async function showEvent(
  { codec }: EventStore,
  recorded: RecordedEvent,
  personal: 'hidden' | 'shown' = 'hidden',
): Promise<ShownEvent> {
  const { id, type, streamId: stream, metadata, created: writtenAt } = recorded;
  const about = { id, type, stream, revision: Number(recorded.revision), writtenAt, metadata };
  if (recorded.data instanceof Uint8Array) {
    const data = Buffer.from(recorded.data).toString('utf8');
    return { ...about, data, hidden: false, erased: false, problem: undefined };
  }
  try {
    const { event, erased = false } = await codec.decode(recorded);
    const definition = CATALOGUE.get(type);
    if (definition === undefined) throw new ContractViolation(type, '', 'this type is not in the catalogue');
    const data = hideFields(definition, event.data, personal);
    const hidden = personal === 'hidden' && !erased && definition.personal.isIn(event.data);
    return { ...about, data, hidden, erased, problem: undefined };
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    const data = withoutSealed(type, recorded.data);
    return { ...about, data, hidden: false, erased: false, problem: error.message };
  }
}

/** Writes down that somebody is about to see the personal data of a failed message. */
export async function recordShown(
  { store, group, ledger }: Recovery,
  origin: FailedOrigin,
  by: string,
): Promise<void> {
  const event: MessageOf<typeof PersonalDataShown> = {
    type: 'PersonalDataShown',
    data: { group: group.name, origin, by },
  };
  const entry = operatorEntry(event, { by, commandId: randomUUID() }, origin.eventId);
  await store.collect(streamOf.failures(group.name), [entry]);
  await ledger.readToEnd();
}
