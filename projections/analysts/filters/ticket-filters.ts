// Which tickets somebody asks for, as it stands in the URL: the same for the dashboard, its charts, lists, exports and the API.
import { TICKET_STATUSES } from '../../../shared-contracts/documents/ticket-document.ts';
import { KINDS, LIMITS, PRIORITIES } from '../../../shared-contracts/messages/fields.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { dayStart } from './days.ts';

/** How far a ticket came; `stayed` is resolved once and still so, `reopened` resolved and opened again since. */
const STAGES = ['assigned', 'resolved', 'stayed', 'reopened'] as const;
const HELPED = ['yes', 'no', 'any'] as const;
export const NOBODY = 'nobody';

/** A filter that was not given is undefined. Days are UTC days and both ends belong to the span; times are in milliseconds. */
export type TicketFilters = ReturnType<typeof readTicketFilters>;

/** The filters that people set in the form; the others are set by following a number to its tickets. */
export const FORM_FILTERS = ['from', 'to', 'kind', 'priority', 'agent', 'tag', 'status'] as const;

type Query = Readonly<Record<string, unknown>>;

/**
 * @param others parameters that the page has beside the filters.
 * @throws PageError 400 for a parameter that does not exist, stands there twice, or is not what it must be.
 */
export function readTicketFilters(query: Query, others: readonly string[] = []) {
  const values = singleValues(query);
  const known = new Set(others);
  const read = <Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value | undefined => {
    known.add(name);
    const text = values.get(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) throw new PageError(400, `The filter “${name}” must be ${expected}.`);
    return value;
  };
  const day = (name: string) => read(name, dayText, 'a day, written like 2026-11-23');
  const time = (name: string) => read(name, milliseconds, 'a number of milliseconds');
  const choice = <Value extends string>(name: string, choices: readonly Value[]) =>
    read(name, oneOf(choices), `one of ${choices.join(', ')}`);

  const filters = {
    from: day('from'),
    to: day('to'),
    kind: choice('kind', KINDS),
    priority: choice('priority', PRIORITIES),
    agent: read('agent', agentId, `the id of an employee, or “${NOBODY}”`),
    tag: read('tag', tagText, 'a tag: small letters, digits and dashes'),
    status: choice('status', TICKET_STATUSES),
    stage: choice('stage', STAGES),
    helped: choice('helped', HELPED),
    open: choice('open', ['yes', 'no'] as const),
    replyFrom: time('replyFrom'),
    replyBelow: time('replyBelow'),
    resolutionFrom: time('resolutionFrom'),
    resolutionBelow: time('resolutionBelow'),
    resolvedFrom: day('resolvedFrom'),
    resolvedTo: day('resolvedTo'),
    backlogOn: day('backlogOn'),
  };
  const unknown = [...values.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new PageError(400, `There is no filter “${unknown}”.`);
  inOrder('from', filters.from, 'to', filters.to);
  inOrder('resolvedFrom', filters.resolvedFrom, 'resolvedTo', filters.resolvedTo);
  return filters;
}

/** An empty value is no value: so a form sends what nobody chose. */
function singleValues(query: Query): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw new PageError(400, `“${name}” can be given once only.`);
    if (value !== '') values.set(name, value);
  }
  return values;
}

function inOrder(first: string, from: string | undefined, last: string, to: string | undefined): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new PageError(400, `“${first}” must not be after “${last}”.`);
}

const oneOf =
  <Value extends string>(choices: readonly Value[]) =>
  (text: string): Value | undefined =>
    choices.find((each) => each === text);

const dayText = (text: string) => (dayStart(text) === undefined ? undefined : text);
const milliseconds = (text: string) => (/^\d{1,13}$/.test(text) ? Number(text) : undefined);
const agentId = (text: string) => (text === NOBODY || /^[0-9a-f-]{36}$/.test(text) ? text : undefined);
const tagText = (text: string) =>
  /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= LIMITS.tag ? text : undefined;
