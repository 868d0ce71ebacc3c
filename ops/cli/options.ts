import { parseArgs } from 'node:util';
import { CodedError } from '../../shared-contracts/errors/coded-error.ts';
import type { FailureFilter } from '../../shared-contracts/messages/replay-selection.ts';
import { LIST_STATES, type ListState } from '../recovery/find/find-failures.ts';

export type Options = {
  readonly json: boolean;
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly limit: number;
  readonly backwards: boolean;
  /** How many events to follow; undefined: until interrupted. */
  readonly count: number | undefined;
  /** Issues a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly email: string | undefined;
  readonly passwordStdin: boolean;
  /** Which list of failed messages. */
  readonly state: ListState;
  /** By error, not one by one. */
  readonly errors: boolean;
  /** Show personal data, which is recorded. */
  readonly personal: boolean;
  /** File with the data to replay a message with. */
  readonly data: string | undefined;
  /** File to write an export to; undefined for standard output. */
  readonly out: string | undefined;
  /** File with the erasures to carry out again after an import. */
  readonly erasures: string | undefined;
  readonly reason: string | undefined;
  /** Folder in which a setup keeps what services connect with. */
  readonly access: string | undefined;
  readonly filter: FailureFilter;
};

export type Arguments = {
  readonly command: string;
  readonly names: readonly string[];
  readonly options: Options;
};

/** The options are not understood; the sentence says which. */
export class BadOptions extends CodedError {
  constructor(sentence: string, options?: ErrorOptions) {
    super('bad-options', sentence, options);
  }
}

const DEFAULT_LIMIT = 50;
const DEFAULT_RATE = 2;
const DEFAULT_SECONDS = 30;

const FILTERS = {
  type: 'eventType',
  handler: 'handler',
  error: 'error',
  code: 'code',
  text: 'text',
  stream: 'stream',
  correlation: 'correlationId',
  from: 'from',
  to: 'to',
} as const satisfies Record<string, keyof FailureFilter>;

/** @throws BadOptions for what there is not, and for values that cannot be read. */
export function parseArguments(args: readonly string[]): Arguments {
  const { positionals, values } = parse(args);
  const [command = 'help', ...names] = positionals;
  const { json = false, all = false, wait = false, limit, reason } = values;
  return {
    command: values.help === true ? 'help' : command,
    names,
    options: {
      json,
      all,
      wait,
      dryRun: values['dry-run'] ?? false,
      passwordStdin: values['password-stdin'] ?? false,
      limit: limit === undefined ? DEFAULT_LIMIT : readNumber('limit', limit),
      backwards: values.backwards ?? false,
      count: values.count === undefined ? undefined : readNumber('count', values.count),
      rate: values.rate === undefined ? DEFAULT_RATE : readNumber('rate', values.rate),
      seconds: values.seconds === undefined ? DEFAULT_SECONDS : readNumber('seconds', values.seconds),
      email: values.email,
      reason,
      state: readState(values.state),
      errors: values.errors ?? false,
      personal: values.personal ?? false,
      data: values.data,
      out: values.out,
      erasures: values.erasures,
      access: values.access,
      filter: readFilter(values),
    },
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const filters = {
    type: text,
    handler: text,
    error: text,
    code: text,
    text,
    stream: text,
    correlation: text,
  };
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ json: flag, all: flag, wait: flag, 'dry-run': flag, help: flag, limit: text, reason: text },
        ...{ backwards: flag, count: text, rate: text, seconds: text, email: text },
        ...{ 'password-stdin': flag, state: text, errors: flag, personal: flag, data: text },
        ...{ access: text, out: text, erasures: text },
        ...{ ...filters, from: text, to: text },
      },
    });
  } catch (cause) {
    throw new BadOptions(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readFilter(values: Readonly<Record<string, unknown>>): FailureFilter {
  const filter: Record<string, string> = {};
  for (const [option, field] of Object.entries(FILTERS)) {
    const value = values[option];
    if (typeof value !== 'string') continue;
    filter[field] = option === 'from' || option === 'to' ? readMoment(option, value) : value;
  }
  return filter;
}

function readState(value: string | undefined): ListState {
  const state = LIST_STATES.find((known) => known === (value ?? 'waiting'));
  if (state !== undefined) return state;
  throw new BadOptions(`--state takes one of: ${LIST_STATES.join(', ')}.`);
}

function readMoment(option: string, value: string): string {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime()))
    throw new BadOptions(`--${option} takes a moment, like 2026-11-22T10:15.`);
  return moment.toISOString();
}

function readNumber(option: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new BadOptions(`--${option} takes a number from 1 on.`);
  }
  return number;
}
