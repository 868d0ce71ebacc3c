import type { FailedOrigin } from '../../../shared-contracts/messages/failure-events.ts';
import { recordedAt } from '../../../shared-contracts/runtime/event-store/recorded-events.ts';
import { readFailure } from '../../recovery/find/read-failure.ts';
import type { DatedEntry } from '../../recovery/ledger/ledger.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { recordShown, type ShownEvent, showEvent } from '../../recovery/show-event.ts';
import { type CommandDeps, EXIT, type GroupCommand, show as print } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';

/** One failed message: why it failed last, and all that happened to it. */
export const show: GroupCommand = async (deps, recovery, names, options) => {
  const [eventId, ...others] = names;
  if (eventId === undefined || others.length > 0) throw new BadOptions('Name one message.');
  const { message, facts } = await readFailure(recovery, eventId);
  const event = await readData(deps, recovery, facts.origin, options);
  const history: string[][] = [];
  for await (const entry of recovery.ledger.historyOf(eventId)) history.push(lineOf(entry));
  const { origin, error } = facts;
  const text = [
    `${origin.type} ${origin.revision}@${origin.stream}`,
    `${message.state}, parked ${message.attempts} ×, last by ${facts.handler} on ${facts.host} at ${facts.occurredAt}`,
    `conversation ${facts.correlationId ?? 'unknown'}, trace ${facts.traceId ?? 'none'}`,
    '',
    error.stack,
    '',
    event === undefined ? 'Its event no longer exists.' : JSON.stringify(event.data, undefined, 2),
    ...(event?.hidden === true ? ['(--personal shows what is hidden, and records that you saw it)'] : []),
    '',
    ...history.map((line) => line.join('  ')),
  ].join('\n');
  const { state, attempts } = message;
  const told = history.map(([at, type, detail]) => ({ at, type, detail }));
  print(
    deps,
    options,
    { message: eventId, state, attempts, ...facts, data: event?.data ?? null, history: told },
    text,
  );
  return EXIT.done;
};

/** What the event holds; that personal data is shown is written down first. */
async function readData(
  { operator }: CommandDeps,
  recovery: Recovery,
  origin: FailedOrigin,
  { personal }: Options,
): Promise<ShownEvent | undefined> {
  if (personal) await recordShown(recovery, origin, operator);
  const recorded = await recordedAt(recovery.store.client, origin.stream, origin.revision);
  if (recorded?.id !== origin.eventId) return undefined;
  return showEvent(recovery.store, recorded, personal ? 'shown' : 'hidden');
}

function lineOf({ occurredAt, event }: DatedEntry): string[] {
  const { data } = event;
  const by = 'by' in data ? [`by ${data.by}`] : [];
  const reason = 'reason' in data ? [data.reason] : [];
  return [occurredAt, event.type, [...by, ...reason].join(': ')];
}
