// A group whose effects can be counted afterwards, from the streams alone; several processes can run it.

import { OperationProgressed } from '../../../shared-contracts/messages/control-events.ts';
import { isOneOf, type MessageOf } from '../../../shared-contracts/messages/define-message.ts';
import { IssueClosed } from '../../../shared-contracts/messages/issue-events.ts';
import { contextOf } from '../../../shared-contracts/runtime/consumer/command-context.ts';
import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';
import { on, type SubscriptionGroup } from '../../../shared-contracts/runtime/consumer/subscription-group.ts';
import { accept, type Decider } from '../../../shared-contracts/runtime/decider.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../../shared-contracts/runtime/handle-command.ts';

const operationId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';

type Note = { readonly type: 'Note'; readonly commandId: string; readonly revision: number };
type Noted = MessageOf<typeof OperationProgressed>;

/** Notes each command once; that the command is in the stream already is found out by its id. */
const notes = {
  decider: {
    initial: {},
    evolve: (state) => state,
    decide: ({ revision }) =>
      accept({ type: 'OperationProgressed', data: { operationId, done: revision, total: null } }),
  } satisfies Decider<object, Note, Noted>,
  isEvent: isOneOf([OperationProgressed]),
  subjectOf: () => undefined,
};

/** Which revisions of each stream fail until they are replayed. */
export const POISON = new Set([1, 4]);

/** Fails what is poison when it comes live; a replay finds it mended. */
export async function refusePoison({ origin: { revision }, delivery: { kind } }: Envelope): Promise<void> {
  if (kind === 'live' && POISON.has(revision))
    throw new PermanentFailure('refused', `Revision ${revision} is refused.`);
}

/** The effect of an event: one entry in the stream that counts those of its stream. */
export async function takeEffect(store: EventStore, envelope: Envelope): Promise<void> {
  const { stream, revision, eventId } = envelope.origin;
  const command: Note = { type: 'Note', commandId: eventId, revision };
  await handleCommand(store, notes, `effects-${stream}`, command, contextOf(envelope));
}

/** Revisions of a stream's events in the order in which they had their effect. */
export async function effectsOf(store: EventStore, stream: string): Promise<readonly number[]> {
  const revisions: number[] = [];
  for await (const { event } of store.read(`effects-${stream}`)) revisions.push(Number(event.data.done));
  return revisions;
}

/** The group of this tag: whoever names the same tag runs the same group. */
export function countedGroup(
  tag: string,
  order: SubscriptionGroup['order'],
  handle: (envelope: Envelope) => Promise<void>,
): SubscriptionGroup {
  return {
    declaration: { name: `customer.${tag}`, service: 'customer', purpose: 'Serves a test.', order },
    prefixes: [`${tag}-`],
    order,
    bufferSize: 20,
    deadlineMs: 10_000,
    settingsVersion: 1,
    handlers: [on(IssueClosed, 'count-it', handle)],
  };
}
