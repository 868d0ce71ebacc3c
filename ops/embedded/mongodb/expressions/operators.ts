import { Context } from 'mingo';
import { evalExpr } from 'mingo/core';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { CommandError } from '../errors.ts';
import { compareValues } from '../values/order.ts';

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

/** mingo's operators, except that comparisons follow BSON's order. */
export function operatorContext(): Context {
  return Context.init({
    accumulator: { ...accumulators },
    expression: {
      ...expressions,
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
}

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
