// Streams of every category that read models hear, made of the examples of the catalogue.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { AnyMessage, MessageDefinition } from '../../../shared-contracts/messages/define-message.ts';
import { EMPLOYEE_EVENTS } from '../../../shared-contracts/messages/employee-events.ts';
import { FAILURE_EVENTS } from '../../../shared-contracts/messages/failure-events.ts';
import { ISSUE_EVENTS } from '../../../shared-contracts/messages/issue-events.ts';
import { TICKET_EVENTS } from '../../../shared-contracts/messages/ticket-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import type { NewEvent, StoredEvent } from '../../../shared-contracts/runtime/event-store/stored-event.ts';

/** One stream: its name and its events. */
export type History = { readonly stream: string; readonly events: readonly NewEvent[] };

/** Which event comes next, by its place in the list of its category, and a number that varies its data. */
type Pick = { readonly type: number; readonly variant: number };

const START_MS = Date.parse('2026-11-22T10:00:00.000Z');
const FAMILIES: Readonly<Record<string, readonly MessageDefinition[]>> = {
  ticket: TICKET_EVENTS,
  issue: ISSUE_EVENTS,
  employee: EMPLOYEE_EVENTS,
  failures: FAILURE_EVENTS,
};

/** Histories to be appended to streams of their own; ids are made when they are. */
export const historyShapes = fc.array(
  fc.record({
    family: fc.constantFrom(...Object.keys(FAMILIES)),
    picks: fc.array(fc.record({ type: fc.nat(100), variant: fc.nat(3) }), { minLength: 1, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function makeHistory(family: string, picks: readonly Pick[]): History {
  const id = randomUUID();
  const definitions = FAMILIES[family] ?? [];
  const messages = Array.from({ length: 3 }, () => randomUUID());
  const batches = [randomUUID(), randomUUID()];
  const events = picks.map(({ type, variant }, index): NewEvent => {
    const definition = index === 0 ? definitions[0] : definitions[type % definitions.length];
    if (definition === undefined) throw new Error(`There is no family ${family}.`);
    const event =
      family === 'failures' ? failure(definition, id, messages, batches, variant) : about(definition, id);
    return { id: randomUUID(), event, metadata: metadataOf(id, index) };
  });
  return { stream: `${family}-${id}`, events };
}

/** The example, about this stream. */
export function about({ type, example }: MessageDefinition, id: string): AnyMessage {
  const data: Record<string, unknown> = { ...example };
  for (const name of ['ticketId', 'issueId', 'employeeId']) if (name in data) data[name] = id;
  return { type, data };
}

function failure(
  { type, example }: MessageDefinition,
  group: string,
  messages: readonly string[],
  batches: readonly string[],
  variant: number,
): AnyMessage {
  const eventId = messages[variant % messages.length];
  const data: Record<string, unknown> = { ...example, group };
  if ('origin' in data) data.origin = { ...Object(data.origin), eventId };
  if ('eventId' in data) data.eventId = eventId;
  if ('batch' in data) data.batch = batches[variant % batches.length];
  if ('attemptId' in data) data.attemptId = randomUUID();
  if ('replayId' in data) data.replayId = randomUUID();
  return { type, data };
}

export function metadataOf(subject: string, index: number): NewEvent['metadata'] {
  return {
    $correlationId: subject,
    $causationId: subject,
    actor: 'employee:2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    subject,
    occurredAt: new Date(START_MS + index * 60_000).toISOString(),
  };
}

/** Appends a history and reads it back. */
export async function appendHistory(
  store: EventStore,
  { stream, events }: History,
): Promise<readonly StoredEvent[]> {
  await store.append(stream, events, 'none');
  const stored: StoredEvent[] = [];
  for await (const event of store.read(stream)) stored.push(event);
  return stored;
}
