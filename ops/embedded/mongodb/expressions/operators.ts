import { Context } from 'mingo';
import { evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { CommandError } from '../errors.ts';
import { compareValues } from '../values/order.ts';
import type { Doc } from '../values/value.ts';

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

/** mingo's operators, except that comparisons follow BSON's order. */
const CONTEXT = Context.init({
  accumulator: { ...accumulators },
  expression: {
    ...expressions,
    [PREPARED]: (_doc: unknown, _args: unknown, options: Options) => options,
    $cmp: comparing('$cmp', (order) => Math.sign(order)),
    $eq: comparing('$eq', (order) => order === 0),
    $ne: comparing('$ne', (order) => order !== 0),
    $gt: comparing('$gt', (order) => order > 0),
    $gte: comparing('$gte', (order) => order >= 0),
    $lt: comparing('$lt', (order) => order < 0),
    $lte: comparing('$lte', (order) => order <= 0),
  },
  pipeline: { ...stages },
  window: { ...windows },
});

/**
 * mingo's options with these variables. mingo copies all its operators for every expression that it evaluates with options of
 * ours, and none for options of its own: so these are its own, with the time of `$$NOW` fixed.
 */
export function prepareOptions(variables: Doc): Options {
  const options: Options = {
    idKey: '_id',
    processingMode: 0,
    useStrictMode: true,
    scriptEnabled: false,
    failOnError: true,
    context: CONTEXT,
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
