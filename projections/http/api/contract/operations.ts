// Every operation of the API: the document, its page and the checks of requests all come from here.
import { type TSchema, Type } from 'typebox';
import { FeedLine } from '../../feed/feed-line.ts';
import { FeedParameters } from '../../feed/feed-query.ts';
import { FAILURE_FILTERS } from '../../filters/failure-filters.ts';
import { MOMENT_FORM } from '../../filters/moments.ts';
import { TICKET_FILTERS } from '../../filters/ticket-filters.ts';
import { CollectionsAnswer, FailedMessageAnswer, FiguresAnswer, TicketAnswer } from './answers.ts';
import { COLLECTIONS_EXAMPLE, FAILURE_EXAMPLE, FIGURES_EXAMPLE, TICKET_EXAMPLE } from './examples.ts';
import { API_LIMITS, PAGE_SIZE } from './limits.ts';
import { defineOperation, NOTHING, type Operation } from './operation.ts';

const closed = { additionalProperties: false } as const;

const PAGE = {
  cursor: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,1000}$',
      description:
        '`next` of the page before, with the same filters. Items that come in meanwhile neither shift nor repeat others.',
      mustBe: '`next` of the page before',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_SIZE.most,
      default: PAGE_SIZE.usual,
      description: `Items of one page, ${PAGE_SIZE.usual} when it is left out.`,
    }),
  ),
};

const pageOf = <const Item extends TSchema>(item: Item) =>
  Type.Object(
    {
      items: Type.Array(item),
      next: Type.Union([Type.String(), Type.Null()], {
        description: 'The cursor of the next page; null on the last.',
      }),
    },
    closed,
  );

const EVENT_POSITION = '48302-48302';

export const listTickets = defineOperation({
  id: 'listTickets',
  path: '/tickets',
  summary: 'Tickets',
  description: 'The tickets that the filters let through, the newest first, a page at a time.',
  inPath: NOTHING,
  inQuery: Type.Object({ ...TICKET_FILTERS, ...PAGE }, closed),
  answer: {
    description: 'A page of tickets.',
    type: 'application/json',
    schema: pageOf(TicketAnswer),
    example: { items: [TICKET_EXAMPLE], next: null },
  },
  problems: ['bad-parameter', 'bad-span', 'bad-cursor', 'cursor-of-other-filters'],
  example: '?kind=problem&open=yes&limit=50',
});

export const readTicket = defineOperation({
  id: 'readTicket',
  path: '/tickets/{ticketId}',
  summary: 'One ticket, now or at any moment of its past',
  description:
    'Computed from the stream of the ticket, so it is never behind. What happened in the very moment belongs to it.',
  inPath: Type.Object(
    { ticketId: Type.String({ maxLength: 100, description: 'The id of the ticket.' }) },
    closed,
  ),
  inQuery: Type.Object(
    {
      at: Type.Optional(
        Type.String({
          format: 'date-time',
          description: 'As it was at this moment. Now when it is left out.',
          mustBe: MOMENT_FORM,
        }),
      ),
    },
    closed,
  ),
  answer: {
    description: 'The ticket.',
    type: 'application/json',
    schema: TicketAnswer,
    example: TICKET_EXAMPLE,
  },
  problems: ['bad-parameter', 'ticket-unknown', 'ticket-not-there-yet'],
  example: '?at=2026-11-23T10:15:00Z',
});

export const readFigures = defineOperation({
  id: 'readFigures',
  path: '/figures',
  summary: 'The figures of the dashboard',
  description:
    'Of the tickets that were reported in a span of days (the last 30 where none is given), and of the desk in these days. Counted anew when what is known is some seconds old.',
  inPath: NOTHING,
  inQuery: Type.Object(TICKET_FILTERS, closed),
  answer: {
    description: 'The figures.',
    type: 'application/json',
    schema: FiguresAnswer,
    example: FIGURES_EXAMPLE,
  },
  problems: ['bad-parameter', 'bad-span', 'too-many-days'],
  example: '?from=2026-11-01&to=2026-11-30',
});

export const listFailures = defineOperation({
  id: 'listFailures',
  path: '/failures',
  summary: 'Failed messages',
  description: 'Messages that a handler gave up, those that failed first last at the top, a page at a time.',
  inPath: NOTHING,
  inQuery: Type.Object({ ...FAILURE_FILTERS, ...PAGE }, closed),
  answer: {
    description: 'A page of failed messages.',
    type: 'application/json',
    schema: pageOf(FailedMessageAnswer),
    example: { items: [FAILURE_EXAMPLE], next: null },
  },
  problems: ['bad-parameter', 'bad-span', 'bad-cursor', 'cursor-of-other-filters'],
  example: '?what=recovered',
});

export const listCollections = defineOperation({
  id: 'listCollections',
  path: '/collections',
  summary: 'What the collections in MongoDB hold',
  description: 'Every field and index of every read model, for people who connect a tool of their own.',
  inPath: NOTHING,
  inQuery: NOTHING,
  answer: {
    description: 'The collections.',
    type: 'application/json',
    schema: CollectionsAnswer,
    example: COLLECTIONS_EXAMPLE,
  },
  problems: [],
  example: '',
});

export const readEvents = defineOperation({
  id: 'readEvents',
  path: '/events',
  summary: 'The event feed',
  description:
    'Events of issues, tickets and failures as NDJSON, one line each, in the order of the store. Keep the `position` of the last line: with it as `after` the feed goes on behind it, also where lines in between were not what you asked for. ' +
    `A token reads ${API_LIMITS.feedsPerCaller} feeds at the same time. A feed that breaks off without \`caughtUp\` has not reached the end: ask again.`,
  inPath: NOTHING,
  inQuery: FeedParameters,
  answer: {
    description: 'One JSON object a line.',
    type: 'application/x-ndjson',
    schema: FeedLine,
    example: { caughtUp: true, position: EVENT_POSITION },
  },
  problems: [
    ...(['bad-parameter', 'bad-span', 'bad-position'] as const),
    ...(['personal-data-not-granted', 'too-many-feeds'] as const),
  ],
  example: `?category=ticket&follow=yes&after=${EVENT_POSITION}`,
});

export const readDocument = defineOperation({
  id: 'readDocument',
  path: '/openapi.json',
  summary: 'This document',
  description: 'The OpenAPI document of the API.',
  inPath: NOTHING,
  inQuery: NOTHING,
  answer: {
    description: 'The document.',
    type: 'application/openapi+json',
    schema: Type.Object({ openapi: Type.Literal('3.1.1') }),
    example: { openapi: '3.1.1' },
  },
  problems: [],
  example: '',
});

export const OPERATIONS: readonly Operation[] = [
  ...[listTickets, readTicket, readFigures, listFailures, listCollections, readEvents, readDocument],
];
