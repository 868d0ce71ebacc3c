// What the answers of the API hold. Fields of read models mean what their documentation says.
import { type TProperties, Type } from 'typebox';
import { FAILED_MESSAGES } from '../../../../shared-contracts/documents/failed-message-document.ts';
import { TICKET_STATUSES } from '../../../../shared-contracts/documents/ticket-document.ts';
import { TICKET_METRICS } from '../../../../shared-contracts/documents/ticket-metrics-document.ts';
import { KINDS, PRIORITIES } from '../../../../shared-contracts/messages/fields.ts';

const { fields } = TICKET_METRICS;
const uuid = (description: string) => Type.String({ format: 'uuid', description });
const moment = (description: string) => Type.String({ format: 'date-time', description });
const day = (description: string) => Type.String({ format: 'date', description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const milliseconds = (description: string) => Type.Number({ minimum: 0, description });
const text = (description: string) => Type.String({ description });
const flag = (description: string) => Type.Boolean({ description });
const orNull = <Schema extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>>(
  schema: Schema,
) => Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false } as const;

export const TicketAnswer = Type.Object(
  {
    ticketId: uuid(fields._id),
    issueId: orNull(uuid(fields.issueId)),
    kind: Type.String({ enum: [...KINDS], description: fields.kind }),
    priority: Type.String({ enum: [...PRIORITIES], description: fields.priority }),
    tags: Type.Array(Type.String(), { description: fields.tags }),
    status: Type.String({ enum: [...TICKET_STATUSES], description: fields.status }),
    open: flag(fields.open),
    assigneeId: orNull(uuid(fields.assigneeId)),
    lastAssigneeId: orNull(uuid(fields.lastAssigneeId)),
    lastAssigneeName: orNull(text('How that employee is called.')),
    preparedAt: moment(fields.preparedAt),
    updatedAt: moment(fields.updatedAt),
    firstAssignedAt: orNull(moment(fields.firstAssignedAt)),
    firstReplyAt: orNull(moment(fields.firstReplyAt)),
    firstReplyMs: orNull(milliseconds(fields.firstReplyMs)),
    firstResolvedAt: orNull(moment(fields.firstResolvedAt)),
    firstResolutionMs: orNull(milliseconds(fields.firstResolutionMs)),
    lastResolvedAt: orNull(moment(fields.lastResolvedAt)),
    fullResolutionMs: orNull(milliseconds(fields.fullResolutionMs)),
    resolvedById: orNull(uuid(fields.resolvedById)),
    agentMs: milliseconds('How long it was the turn of the desk, up to when the turn changed last.'),
    customerMs: milliseconds('How long the desk waited for the customer, up to when the turn changed last.'),
    resolutions: count(fields.resolutions),
    reopens: count(fields.reopens),
    repliesByCustomer: count(fields.repliesByCustomer),
    repliesByEmployees: count(fields.repliesByEmployees),
    notes: count(fields.notes),
    reassignments: count(fields.reassignments),
    helped: Type.Union([Type.Boolean(), Type.Null()], { description: fields.helped }),
    ratedAt: orNull(moment(fields.ratedAt)),
    rounds: Type.Array(
      Type.Object(
        {
          openedAt: moment('When it was opened.'),
          settledAt: orNull(moment('When that ended; null while it is open.')),
          outcome: orNull(text('`resolved` or `cancelled`.')),
        },
        closed,
      ),
      { description: fields.rounds },
    ),
    revision: count(fields.revision),
  },
  { title: 'Ticket', ...closed },
);

const failed = FAILED_MESSAGES.fields;

export const FailedMessageAnswer = Type.Object(
  {
    messageId: text(failed._id),
    group: text(failed.group),
    service: orNull(text(failed.service)),
    state: text(failed.state),
    stateSince: moment(failed.stateSince),
    attempts: count(failed.attempts),
    eventId: uuid(failed.eventId),
    eventType: text(failed.eventType),
    stream: text(failed.stream),
    streamRevision: count(failed.streamRevision),
    blocksStream: flag(failed.blocksStream),
    correlationId: orNull(text('The conversation that the event belongs to.')),
    traceId: orNull(text(failed.traceId)),
    handler: text(failed.handler),
    tries: count(failed.tries),
    errorName: text(failed.errorName),
    errorCode: orNull(text(failed.errorCode)),
    errorMessage: text('Its message, without addresses.'),
    firstFailedAt: moment(failed.firstFailedAt),
    lastFailedAt: moment(failed.lastFailedAt),
  },
  { title: 'FailedMessage', ...closed },
);

const TALLY = {
  reported: count('Tickets that were reported.'),
  assigned: count('Of these, given to somebody once at least.'),
  resolved: count('Of these, resolved once at least.'),
  stayed: count('Of these, resolved once and still so.'),
  reopened: count('Of these, resolved and opened again since.'),
  open: count('Of these, open now.'),
  helped: count('Of these, where the customer says that it helped.'),
  notHelped: count('Of these, where the customer says that it did not.'),
};
const sharesBy = <const Named extends TProperties>(named: Named) =>
  Type.Array(Type.Object({ ...named, ...TALLY }, closed));
const Durations = Type.Object(
  {
    count: count('Tickets that have such a duration.'),
    p50: orNull(milliseconds('Half of them took so many milliseconds at most.')),
    p90: orNull(milliseconds('Nine of ten did.')),
    p95: orNull(milliseconds('Nineteen of twenty did.')),
    bins: Type.Array(
      Type.Object(
        {
          fromMs: milliseconds('From this on.'),
          belowMs: orNull(milliseconds('And below this; null for no end.')),
          count: count('Tickets in between.'),
        },
        closed,
      ),
    ),
  },
  { title: 'Durations', ...closed },
);

export const FiguresAnswer = Type.Object(
  {
    from: day('The first day.'),
    to: day('The last day.'),
    stepDays: count('Days of one step.'),
    countedAt: moment('When it was counted.'),
    volume: Type.Array(
      Type.Object(
        {
          from: day('The first day of the step.'),
          to: day('Its last day.'),
          reported: count('Tickets reported in it.'),
          resolved: count('Tickets resolved in it, each once.'),
          backlog: count('Tickets open at its end.'),
        },
        closed,
      ),
      { description: 'Of tickets of any age.' },
    ),
    total: Type.Object(TALLY, closed),
    byKind: sharesBy({ kind: text('The kind.') }),
    byPriority: sharesBy({ priority: text('The priority.') }),
    byStatus: sharesBy({ status: text('The status.') }),
    byAgent: sharesBy({ agent: orNull(uuid('The id of the employee; null for nobody so far.')) }),
    byTag: sharesBy({ tag: text('The tag: those with the most tickets.') }),
    firstReply: Durations,
    firstResolution: Durations,
    failures: Type.Array(
      Type.Object(
        {
          from: day('The first day of the step.'),
          to: day('Its last day.'),
          group: text(failed.group),
          failed: count('Messages that failed first in it.'),
          recovered: count('Messages that are recovered since then.'),
        },
        closed,
      ),
    ),
  },
  { title: 'Figures', ...closed },
);

export const CollectionsAnswer = Type.Object(
  {
    database: text('The database that the collections are in.'),
    collections: Type.Array(
      Type.Object(
        {
          name: text('The name of the read model.'),
          collection: text('The collection that is read now: another one after each rebuild.'),
          meaning: text('What one document is.'),
          fields: Type.Array(
            Type.Object(
              {
                field: text('Its name.'),
                meaning: text('What it means.'),
                personal: flag('Whether it holds personal data.'),
                example: Type.Unknown({ description: 'A value that it may have.' }),
              },
              closed,
            ),
          ),
          indexes: Type.Array(
            Type.Object(
              {
                name: text('Its name.'),
                keys: Type.Unknown({ description: 'Its fields, with 1 for up and -1 for down.' }),
              },
              closed,
            ),
          ),
        },
        { title: 'Collection', ...closed },
      ),
    ),
  },
  closed,
);
