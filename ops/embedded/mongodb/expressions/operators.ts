import { Context } from 'mingo';
import { evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { CommandError } from '../errors.ts';
import { compareValues } from '../values/order.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { isNamedZone, showOffset, TimeZones } from './time-zones.ts';

/** Operators that run JavaScript sent by the client: never. */
const SCRIPTS: ReadonlySet<string> = new Set(['$function', '$accumulator', '$where']);

type Operator = (doc: unknown, args: unknown, options: Options) => unknown;

const comparing =
  (name: string, decide: (order: number) => unknown): Operator =>
  (doc, args, options) => {
    if (!Array.isArray(args) || args.length !== 2) {
      throw new CommandError(16020, `Expression ${name} takes exactly 2 arguments.`);
    }
    return decide(compareValues(evalExpr(doc, args[0], options), evalExpr(doc, args[1], options)));
  };

/** Hands out the options that mingo works with inside. */
const PREPARED = '$preparedOptions';

/** Operators that take a date apart, which in a zone with a name begins with the zone's offset at that date. */
const DATE_PARTS = [
  ...['$dateToString', '$dateToParts', '$year', '$month', '$dayOfMonth', '$dayOfWeek', '$dayOfYear', '$hour'],
  ...['$minute', '$second', '$millisecond', '$week', '$isoWeek', '$isoWeekYear', '$isoDayOfWeek'],
];

/** mingo's operators, except that comparisons follow BSON's order, and that time zones are looked up once an hour. */
function operatorContext(): Context {
  const plain = {
    ...expressions,
    $cmp: comparing('$cmp', (order) => Math.sign(order)),
    $eq: comparing('$eq', (order) => order === 0),
    $ne: comparing('$ne', (order) => order !== 0),
    $gt: comparing('$gt', (order) => order > 0),
    $gte: comparing('$gte', (order) => order >= 0),
    $lt: comparing('$lt', (order) => order < 0),
    $lte: comparing('$lte', (order) => order <= 0),
  };
  const original = prepare(Context.init({ expression: expressions }), {});
  const zones = new TimeZones();
  const parts = DATE_PARTS.map(
    (name) =>
      [
        name,
        inZone(name, original, (args, zone, time) => {
          return { ...args, timezone: showOffset(zones.offset(zone, time)) };
        }),
      ] as const,
  );
  return Context.init({
    accumulator: { ...accumulators },
    expression: { ...plain, ...Object.fromEntries(parts), $dateTrunc: truncating(original, zones) },
    pipeline: { ...stages },
    window: { ...windows },
  });
}

/** An operator on a date whose time zone is put in other words when it is one with a name. */
function inZone(
  name: string,
  original: Options,
  reword: (args: Doc, zone: string, time: number) => Doc,
): Operator {
  return (doc, args, options) => {
    const evaluated = evalExpr(doc, args, options);
    const zoned = isDoc(evaluated) && evaluated.date instanceof Date && isNamedZone(evaluated.timezone);
    const worded = zoned ? reword(evaluated, String(evaluated.timezone), Number(evaluated.date)) : evaluated;
    return evalExpr(null, { [name]: worded }, original);
  };
}

/** Truncates the local time, then looks up which time that is: on a day when clocks change, the offset is another. */
function truncating(original: Options, zones: TimeZones): Operator {
  return (doc, args, options) => {
    const evaluated = evalExpr(doc, args, options);
    const zone = isDoc(evaluated) ? evaluated.timezone : undefined;
    if (!isDoc(evaluated) || !(evaluated.date instanceof Date) || !isNamedZone(zone)) {
      return evalExpr(null, { $dateTrunc: evaluated }, original);
    }
    const offset = zones.offset(zone, evaluated.date.getTime());
    const { timezone: _, ...others } = evaluated;
    const local = { ...others, date: new Date(evaluated.date.getTime() + offset) };
    const truncated = evalExpr(null, { $dateTrunc: local }, original);
    if (!(truncated instanceof Date)) return truncated;
    return new Date(truncated.getTime() - zones.offset(zone, truncated.getTime() - offset));
  };
}

/**
 * mingo's options with these variables. mingo copies all its operators for every expression that it evaluates with options of
 * ours, and none for options of its own: so these are its own, with the time of `$$NOW` fixed.
 */
export const prepareOptions = (variables: Doc): Options => prepare(operatorContext(), variables);

function prepare(operators: Context, variables: Doc): Options {
  const handing = Context.init({
    expression: { [PREPARED]: (_doc: unknown, _args: unknown, own: Options) => own },
  });
  const options: Options = {
    idKey: '_id',
    processingMode: 0,
    useStrictMode: true,
    scriptEnabled: false,
    failOnError: true,
    context: Context.from(operators, handing),
    variables,
  };
  const evaluated = evalExpr(null, ['$$NOW', { [PREPARED]: [] }], options);
  const prepared: unknown = Array.isArray(evaluated) ? evaluated[1] : undefined;
  return isOptions(prepared) ? prepared : options;
}

const isOptions = (value: unknown): value is Options =>
  typeof value === 'object' && value !== null && 'context' in value && 'idKey' in value;

/** Whether an expression may use this operator. */
export function isExpressionOperator(name: string): boolean {
  return !SCRIPTS.has(name) && (Object.hasOwn(expressions, name) || Object.hasOwn(accumulators, name));
}

export function isAccumulator(name: string): boolean {
  return !SCRIPTS.has(name) && Object.hasOwn(accumulators, name);
}

export function isWindowOperator(name: string): boolean {
  return isAccumulator(name) || Object.hasOwn(windows, name);
}
