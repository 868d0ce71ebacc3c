// Which tickets somebody asks for, as it stands in the URL: the same for the dashboard, its charts, lists, exports and the API.
import { type Static, Type } from 'typebox';
import { TICKET_STATUSES } from '../../../shared-contracts/documents/ticket-document.ts';
import { KINDS, LIMITS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import { RequestProblem } from '../request-problem.ts';
import { readParameters } from './read-parameters.ts';

/** How far a ticket came; `stayed` is resolved once and still so, `reopened` resolved and opened again since. */
const STAGES = ['assigned', 'resolved', 'stayed', 'reopened'] as const;
const HELPED = ['yes', 'no', 'any'] as const;
/** In the place of an agent, for tickets that nobody ever had. */
export const NOBODY = 'nobody';
export const NOBODY_LABEL = 'Nobody so far';

const LONGEST_MS = 9_999_999_999_999;

export const dayField = (description: string) =>
  Type.Optional(Type.String({ format: 'date', description, mustBe: 'a day, written like 2026-11-23' }));
const time = (description: string) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: LONGEST_MS, description, mustBe: 'a number of milliseconds' }),
  );
const choice = <const Choice extends string>(choices: readonly Choice[], description: string) =>
  Type.Optional(Type.Enum([...choices], { description }));

/** Days are UTC days and both ends belong to the span; times are in milliseconds. */
export const TICKET_FILTERS = {
  from: dayField('Reported on this day or later.'),
  to: dayField('Reported on this day or before.'),
  kind: choice(KINDS, 'The kind of issue.'),
  priority: choice(PRIORITIES, 'The priority.'),
  agent: Type.Optional(
    Type.String({
      pattern: `^(${NOBODY}|[0-9a-f-]{36})$`,
      description: `The employee who has it or had it last: an id, or \`${NOBODY}\` for tickets that nobody ever had.`,
      mustBe: `the id of an employee, or “${NOBODY}”`,
    }),
  ),
  tag: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      maxLength: LIMITS.tag,
      description: 'One of its tags.',
      mustBe: 'a tag: small letters, digits and dashes',
    }),
  ),
  status: choice(TICKET_STATUSES, 'The status now.'),
  stage: choice(
    STAGES,
    'How far it came: `stayed` is resolved once and still so, `reopened` resolved and opened again since.',
  ),
  helped: choice(HELPED, 'What the customer said about the resolution; `any` for whatever was said.'),
  open: choice(['yes', 'no'], 'Whether it is neither resolved nor cancelled.'),
  replyFrom: time('The first reply took so many milliseconds or more.'),
  replyBelow: time('The first reply took less than so many milliseconds.'),
  resolutionFrom: time('The first resolution took so many milliseconds or more.'),
  resolutionBelow: time('The first resolution took less than so many milliseconds.'),
  resolvedFrom: dayField('Resolved on this day or later, once at least.'),
  resolvedTo: dayField('Resolved on this day or before, once at least.'),
  backlogOn: dayField('Open when this day ended.'),
};

const TicketFilterQuery = Type.Object(TICKET_FILTERS);
type Given = Static<typeof TicketFilterQuery>;

/** A filter that was not given is undefined. */
export type TicketFilters = { readonly [Name in keyof Given]?: Given[Name] | undefined };

/** The filters that people set in the form; the others are set by following a number to its tickets. */
export const FORM_FILTERS = ['from', 'to', 'kind', 'priority', 'agent', 'tag', 'status'] as const;

/**
 * @param others parameters that the page has beside the filters.
 * @throws RequestProblem 400 for a parameter that does not exist, stands there twice, or is not what it must be.
 */
export function readTicketFilters(
  query: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): TicketFilters {
  const own = Object.entries(query).filter(
    ([name, value]) => !(typeof value === 'string' && others.includes(name)),
  );
  return inOrder(readParameters(TicketFilterQuery, Object.fromEntries(own), 'filter'));
}

/** @throws RequestProblem 400 where a span ends before it begins. */
export function inOrder<Filters extends TicketFilters>(filters: Filters): Filters {
  checkSpan('from', filters.from, 'to', filters.to);
  checkSpan('resolvedFrom', filters.resolvedFrom, 'resolvedTo', filters.resolvedTo);
  return filters;
}

/** @throws RequestProblem 400 where the first day is after the last. */
export function checkSpan(
  first: string,
  from: string | undefined,
  last: string,
  to: string | undefined,
): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new RequestProblem('bad-span', `“${first}” must not be after “${last}”.`, { parameter: first });
}
