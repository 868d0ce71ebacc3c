// What a rebuild reads: desks that were busy for a while, with issues, tickets, and the people who work on them.
import { randomUUID } from 'node:crypto';
import type { EventData } from '@eventstore/db-client';
import type { MessageDefinition } from '../../../shared-contracts/messages/define-message.ts';
import { EMPLOYEE_EVENTS } from '../../../shared-contracts/messages/employee-events.ts';
import {
  IssueProgressed,
  IssueReplied,
  IssueReported,
} from '../../../shared-contracts/messages/issue-events.ts';
import {
  TicketAssigned,
  TicketNoteAdded,
  TicketPausedForCustomer,
  TicketPrepared,
  TicketPriorityChanged,
  TicketRated,
  TicketReplyReceived,
  TicketReplySent,
  TicketResolved,
  TicketStarted,
  TicketStatusReported,
  TicketTagged,
} from '../../../shared-contracts/messages/ticket-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { about, metadataOf } from '../../system-tests/testing/histories.ts';

/** The steps of one case, each to the stream of its issue or of its ticket. */
const CASE: readonly MessageDefinition[] = [
  IssueReported,
  TicketPrepared,
  TicketPriorityChanged,
  TicketTagged,
  TicketAssigned,
  IssueProgressed,
  TicketStarted,
  TicketNoteAdded,
  TicketPausedForCustomer,
  IssueReplied,
  TicketReplyReceived,
  TicketReplySent,
  TicketStatusReported,
  IssueProgressed,
  TicketResolved,
  TicketRated,
];
/** Cases that are open at the same time; their steps take turns. */
const OPEN_AT_ONCE = 500;
const APPENDS_AT_ONCE = 250;

/** Appends so many events, what is personal encrypted, each case under the key of its own subject. */
export async function preload(store: EventStore, count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const cases = Math.max(1, Math.min(OPEN_AT_ONCE, Math.ceil((count - done) / CASE.length)));
    await appendCases(
      store,
      Array.from({ length: cases }, () => randomUUID()),
    );
    done += cases * CASE.length;
  }
  const id = randomUUID();
  await append(store, `employee-${id}`, [await encoded(store, EMPLOYEE_EVENTS[0], id, 0)]);
}

async function appendCases(store: EventStore, ids: readonly string[]): Promise<void> {
  for (const [index, definition] of CASE.entries()) {
    const stream = definition.type.startsWith('Issue') ? 'issue' : 'ticket';
    const waiting = [...ids];
    const work = async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        await append(store, `${stream}-${id}`, [await encoded(store, definition, id, index)]);
      }
    };
    await Promise.all(Array.from({ length: APPENDS_AT_ONCE }, work));
  }
}

async function append({ client }: EventStore, stream: string, events: EventData[]): Promise<void> {
  await client.appendToStream(stream, events);
}

function encoded(
  { codec }: EventStore,
  definition: MessageDefinition,
  id: string,
  index: number,
): Promise<EventData> {
  return codec.encode(
    { id: randomUUID(), event: about(definition, id), metadata: metadataOf(id, index) },
    {},
  );
}
