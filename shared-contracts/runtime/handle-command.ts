import { setTimeout as pause } from 'node:timers/promises';
import { CodedError } from '../errors/coded-error.ts';
import type { AnyMessage } from '../messages/define-message.ts';
import { type Rejection, reject } from './decider.ts';
import type { EventStore } from './event-store/event-store.ts';
import { deterministicId } from './ids.ts';
import { type Aggregate, emptyStream, loadStream, type Seen } from './load-stream.ts';
import { count, record, stopwatch } from './telemetry/meters.ts';
import { metric } from './telemetry/metrics.ts';
import { attribute } from './telemetry/names.ts';
import { errorType, inSpan } from './telemetry/spans.ts';

/** Who asks, and what made them ask. */
export type CommandContext = {
  readonly actor: string;
  /** The conversation that this command is part of; a stream that has one already keeps its own. */
  readonly correlationId: string;
  /** The event or request that caused the command. */
  readonly causationId: string;
};

/** A command has an id of its own: the same id is the same command, however often it arrives. */
export type AnyCommand = { readonly type: string; readonly commandId: string };

export type CommandResult =
  | {
      readonly kind: 'done';
      readonly stream: string;
      readonly revision: number;
      readonly appended: number;
      /** This very command was done before: what it appended is there already. */
      readonly repeated?: true;
    }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** Each conflict is another command that was done: so many at once on one stream are all done, however slow it goes. */
const CONFLICT_RETRIES = 20;
const LONGEST_PAUSE_MS = 400;

/** Who gave the command has not seen all that matters to it: they decide again. */
export const SEEN_TOO_LITTLE = 'seen-too-little';
const seenTooLittle = reject(
  SEEN_TOO_LITTLE,
  'Something happened since this page was made. Look at it below, and send it again if it is still right.',
);

/** Other writers were faster every time; trying again later may pass. */
export class ConflictError extends CodedError {
  constructor(stream: string) {
    super('append-conflict', `Others appended to ${stream} first, each time that this was tried. Try again.`);
  }
}

/**
 * Handles a command in five steps:
 *
 * 1. load the stream and fold it;
 * 2. if this very command is in the stream already, answer as the first time;
 * 3. decide; what is accepted is refused after all if who gave the command has not seen something that they mind (`seen`);
 * 4. append at the revision that was read, under ids made from the command's id;
 * 5. if somebody else was faster, start again with what they wrote.
 *
 * A command that streams begin with is first decided without reading, as if there were no stream. Where there is one, the
 * append is a conflict or, of this very command, the same again; so what is done comes out the same.
 */
export async function handleCommand<State, Command extends AnyCommand, Event extends AnyMessage>(
  store: EventStore,
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
  seen?: Seen<Event>,
): Promise<CommandResult> {
  return measured(command, () => carryOut(store, aggregate, stream, command, context, seen));
}

/** Tells how long a command took, what came of it, and why it was refused if it was. */
async function measured({ type }: AnyCommand, handle: () => Promise<CommandResult>): Promise<CommandResult> {
  const seconds = stopwatch();
  const named = { [attribute.command]: type };
  try {
    const result = await handle();
    record(metric.commandDuration, { ...named, [attribute.outcome]: result.kind }, seconds());
    if (result.kind === 'rejected')
      count(metric.commandRejections, { ...named, [attribute.rejection]: result.rejection.code });
    return result;
  } catch (error) {
    const failed = { [attribute.outcome]: 'failed', [attribute.errorType]: errorType(error) };
    record(metric.commandDuration, { ...named, ...failed }, seconds());
    throw error;
  }
}

async function carryOut<State, Command extends AnyCommand, Event extends AnyMessage>(
  store: EventStore,
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
  seen: Seen<Event> | undefined,
): Promise<CommandResult> {
  const { decider } = aggregate;
  const spanOptions = { kind: 'internal', attributes: { [attribute.command]: command.type } } as const;
  return inSpan(command.type, spanOptions, async (span) => {
    const firstId = deterministicId(stream, command.commandId, 0);
    const begins = aggregate.begunBy?.includes(command.type) ?? false;
    for (let attempt = begins ? -1 : 0; attempt <= CONFLICT_RETRIES; attempt += 1) {
      const unread = attempt < 0;
      const loaded = unread ? emptyStream(aggregate) : await loadStream(store, aggregate, stream, seen);
      const correlationId = loaded.correlationId ?? context.correlationId;
      span.setAttribute(attribute.correlationId, correlationId);
      if (loaded.eventIds.has(firstId)) {
        return { kind: 'done', stream, revision: loaded.revision, appended: 0, repeated: true };
      }

      const decided = decider.decide(command, loaded.state);
      const decision = loaded.missed && decided.kind === 'accepted' ? seenTooLittle : decided;
      if (unread && (decision.kind === 'rejected' || decision.events.length === 0)) continue;
      if (decision.kind === 'rejected') {
        span.setAttribute(attribute.outcome, decision.rejection.code);
        return { kind: 'rejected', rejection: decision.rejection };
      }
      const [first] = decision.events;
      if (first === undefined) {
        return { kind: 'done', stream, revision: loaded.revision, appended: 0 };
      }

      const ofStream = loaded.revision < 0 ? aggregate.subjectOf(first) : loaded.subject;
      const subject = aggregate.subjectFor?.(command) ?? ofStream;
      const occurredAt = new Date().toISOString();
      const events = decision.events.map((event, index) => ({
        id: index === 0 ? firstId : deterministicId(stream, command.commandId, index),
        event,
        metadata: {
          $correlationId: correlationId,
          $causationId: context.causationId,
          actor: context.actor,
          ...(subject === undefined ? {} : { subject }),
          occurredAt,
        },
      }));
      const result = await store.append(stream, events, loaded.revision < 0 ? 'none' : loaded.revision);
      if (result.kind === 'appended') {
        return { kind: 'done', stream, revision: result.revision, appended: events.length };
      }
      if (!unread && attempt < CONFLICT_RETRIES)
        await pause(Math.random() * Math.min(10 * 2 ** attempt, LONGEST_PAUSE_MS));
    }
    throw new ConflictError(stream);
  });
}
