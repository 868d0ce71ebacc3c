// What the address of a list of failed messages says: which groups, which list, which filters, which page.
import type { FailureFilter } from '../../../shared-contracts/messages/replay-selection.ts';
import { linkWith } from '../../../shared-contracts/runtime/web/query.ts';
import { LIST_STATES, type ListState } from '../../recovery/find/find-failures.ts';
import type { Place } from '../../recovery/find/list-page.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import type { Recoveries } from '../recoveries.ts';
import { localMoment } from './local-moment.ts';

export type FailedQuery = {
  readonly among: readonly Recovery[];
  readonly list: ListState;
  readonly view: 'errors' | 'list';
  readonly filter: FailureFilter;
  /** The parameters that choose messages, as they were given. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with them, by parameter. */
  readonly errors: Readonly<Record<string, string>>;
  readonly olderThan: Place | undefined;
  readonly newerThan: Place | undefined;
};

/** Parameters that choose messages; the others say how they are shown. */
const CHOOSING = [
  'group',
  'service',
  'state',
  'type',
  'error',
  'code',
  'handler',
  'text',
  'stream',
  'correlation',
  'from',
  'to',
] as const;
/** Stands for an error without a code. */
const NO_CODE = '-';
const LONGEST = 200;

/** Reads a query, or a form that carries one. What is not understood is told, and filters nothing. */
export function readFailedQuery(
  recoveries: Recoveries,
  parameters: unknown,
  timeZone: string | undefined,
): FailedQuery {
  const given = (name: string) => {
    const value: unknown = Reflect.get(Object(parameters), name);
    return typeof value === 'string' ? value.trim().slice(0, LONGEST) : '';
  };
  const values = Object.fromEntries(
    CHOOSING.map((name) => [name, given(name)]).filter(([, value]) => value !== ''),
  );
  const errors: Record<string, string> = {};
  const moment = (name: 'from' | 'to') => {
    const text = values[name];
    if (text === undefined) return undefined;
    const at = localMoment(text, timeZone);
    if (at === undefined) errors[name] = 'This is not a time. It should look like 2026-11-22 10:15.';
    return at;
  };
  const list = LIST_STATES.find((state) => state === values.state) ?? 'waiting';
  const { type, error, code, handler, text, stream, correlation } = values;
  const from = moment('from');
  const to = moment('to');
  return {
    among: amongOf(recoveries, values),
    list,
    view: given('view') === 'list' ? 'list' : 'errors',
    filter: {
      ...(type === undefined ? {} : { eventType: type }),
      ...(error === undefined ? {} : { error }),
      ...(code === undefined ? {} : { code: code === NO_CODE ? null : code }),
      ...(handler === undefined ? {} : { handler }),
      ...(text === undefined ? {} : { text }),
      ...(stream === undefined ? {} : { stream }),
      ...(correlation === undefined ? {} : { correlationId: correlation }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
    values,
    errors,
    olderThan: placeIn(given('older')),
    newerThan: placeIn(given('newer')),
  };
}

/** The filter of what is replayed or deleted from a list. */
export function filterOf({ list, filter }: FailedQuery): FailureFilter {
  return list === 'again' ? { ...filter, again: true } : filter;
}

/** The parameters that lead to one error of a list. */
export function errorParameters(error: {
  readonly handler: string;
  readonly errorName: string;
  readonly errorCode: string | null;
}) {
  return { error: error.errorName, code: error.errorCode ?? NO_CODE, handler: error.handler };
}

export function linkToFailed(
  path: string,
  values: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, unknown>> = {},
): string {
  return `${path}${linkWith(values, changes)}`;
}

export function placeText({ at, parkedAt, group }: Place): string {
  return `${at}~${parkedAt}~${group}`;
}

function placeIn(text: string): Place | undefined {
  const [, at, parkedAt, group] = /^(\d{1,15})~(\d{1,15})~(.+)$/.exec(text) ?? [];
  if (group === undefined) return undefined;
  return { at: Number(at), parkedAt: Number(parkedAt), group };
}

function amongOf(recoveries: Recoveries, { group, service }: Readonly<Record<string, string>>) {
  if (group !== undefined) return [recoveries.of(group)];
  return service === undefined
    ? recoveries.all
    : recoveries.all.filter((recovery) => recovery.group.service === service);
}
