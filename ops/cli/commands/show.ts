import type { DatedEntry } from '../../recovery/ledger.ts';
import { readFailure } from '../../recovery/replay-edited.ts';
import { EXIT, type GroupCommand, show as print } from '../command.ts';
import { BadOptions } from '../options.ts';

/** One failed message: why it failed last, and all that happened to it. */
export const show: GroupCommand = async (deps, recovery, names, options) => {
  const [eventId, ...others] = names;
  if (eventId === undefined || others.length > 0) throw new BadOptions('Name one message.');
  const { message, facts } = await readFailure(recovery, eventId);
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
    ...history.map((line) => line.join('  ')),
  ].join('\n');
  const { state, attempts } = message;
  const told = history.map(([at, type, detail]) => ({ at, type, detail }));
  print(deps, options, { message: eventId, state, attempts, ...facts, history: told }, text);
  return EXIT.done;
};

function lineOf({ occurredAt, event }: DatedEntry): string[] {
  const { data } = event;
  const by = 'by' in data ? [`by ${data.by}`] : [];
  const reason = 'reason' in data ? [data.reason] : [];
  return [occurredAt, event.type, [...by, ...reason].join(': ')];
}
