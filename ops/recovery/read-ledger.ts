import { isOneOf, type MessageOf } from '../../shared-contracts/messages/define-message.ts';
import {
  FAILURE_EVENTS,
  type FailureEvent,
  MessageParked,
} from '../../shared-contracts/messages/failure-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { type AboutMessage, addToMessage, type FailedMessage } from './failed-message.ts';

export type ParkedFacts = MessageOf<typeof MessageParked>['data'];

const isFailureEvent = isOneOf(FAILURE_EVENTS);
const isAboutMessage = (event: FailureEvent): event is AboutMessage => 'origin' in event.data;
const isParked = isOneOf([MessageParked]);

/** Every message of a group that has ever failed, by the id of its origin, in the order of the first failure. */
export async function readLedger(
  store: EventStore,
  group: string,
): Promise<ReadonlyMap<string, FailedMessage>> {
  const messages = new Map<string, FailedMessage>();
  for await (const { event, origin } of store.read(streamOf.failures(group))) {
    if (!isFailureEvent(event) || !isAboutMessage(event)) continue;
    const key = event.data.origin.eventId;
    const next = addToMessage(messages.get(key), event, origin.revision);
    if (next !== undefined) messages.set(key, next);
  }
  return messages;
}

/** What the ledger says about the last attempt of a message: its error, where and when. */
export async function readLastAttempt(
  store: EventStore,
  group: string,
  message: FailedMessage,
): Promise<ParkedFacts | undefined> {
  const at = { from: message.parkedAt, limit: 1 };
  for await (const { event } of store.read(streamOf.failures(group), at))
    if (isParked(event)) return event.data;
  return undefined;
}
