import { Decimal128, Long } from 'bson';
import { evalExpr } from 'mingo/core';
import { CommandError, notImplemented } from '../errors.ts';
import { compileExpression, type Expression, type Scope, toPlain } from '../expressions/expression.ts';
import { isAccumulator } from '../expressions/operators.ts';
import { estimateBytes } from '../values/estimate.ts';
import { compareValues, encodeValue } from '../values/order.ts';
import { type Doc, isDoc } from '../values/value.ts';

/** What a group keeps for one of its fields. */
export type Accumulator = {
  /** Takes in a document. @returns how many bytes more are kept now */
  add(doc: Doc): number;
  result(): unknown;
};

/** @throws CommandError for an accumulator that does not exist. */
export function compileAccumulator(field: string, spec: unknown, scope: Scope): () => Accumulator {
  const [entry, ...others] = isDoc(spec) ? Object.entries(spec) : [];
  if (!entry) throw new CommandError(40234, `The field '${field}' must be an accumulator object`);
  if (others.length > 0) throw new CommandError(40238, `The field '${field}' must specify one accumulator`);
  const [operator, argument] = entry;
  if (!isAccumulator(operator)) throw new CommandError(15952, `unknown group operator '${operator}'`);
  if (operator === '$count') return () => summing(() => 1);
  const expression = compileExpression(argument, scope);
  return streaming(operator, expression) ?? collecting(operator, argument, scope);
}

/** Accumulators that need not keep what they have seen. */
function streaming(operator: string, expression: Expression): (() => Accumulator) | undefined {
  switch (operator) {
    case '$sum':
      return () => summing((doc) => expression.evaluate(doc));
    case '$avg':
      return () => averaging(expression);
    case '$min':
      return () => extreme(expression, (value, best) => compareValues(value, best) < 0);
    case '$max':
      return () => extreme(expression, (value, best) => compareValues(value, best) > 0);
    case '$first':
      return () => choosing(expression, true);
    case '$last':
      return () => choosing(expression, false);
    case '$push':
      return () => pushing(expression);
    case '$addToSet':
      return () => distinct(expression);
    default:
      return undefined;
  }
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Decimal128 || value instanceof Long) {
    throw notImplemented('Calculating with decimal128 or with whole numbers beyond 2^53');
  }
  return undefined;
}

function summing(read: (doc: Doc) => unknown): Accumulator {
  let sum = 0;
  return {
    add(doc) {
      sum += asNumber(read(doc)) ?? 0;
      return 0;
    },
    result: () => sum,
  };
}

function averaging(expression: Expression): Accumulator {
  let sum = 0;
  let count = 0;
  return {
    add(doc) {
      const number = asNumber(expression.evaluate(doc));
      if (number !== undefined) {
        sum += number;
        count += 1;
      }
      return 0;
    },
    result: () => (count === 0 ? null : sum / count),
  };
}

function extreme(expression: Expression, better: (value: unknown, best: unknown) => boolean): Accumulator {
  let best: unknown;
  return {
    add(doc) {
      const value = expression.evaluate(doc);
      if (value !== undefined && value !== null && (best === undefined || better(value, best))) best = value;
      return 0;
    },
    result: () => best ?? null,
  };
}

function choosing(expression: Expression, first: boolean): Accumulator {
  let chosen: { value: unknown } | undefined;
  return {
    add(doc) {
      if (!first || !chosen) chosen = { value: expression.evaluate(doc) };
      return 0;
    },
    result: () => chosen?.value ?? null,
  };
}

function pushing(expression: Expression): Accumulator {
  const values: unknown[] = [];
  return {
    add(doc) {
      const value = expression.evaluate(doc);
      if (value === undefined) return 0;
      values.push(value);
      return estimateBytes(value);
    },
    result: () => values,
  };
}

function distinct(expression: Expression): Accumulator {
  const values = new Map<string, unknown>();
  return {
    add(doc) {
      const value = expression.evaluate(doc);
      if (value === undefined) return 0;
      const key = encodeValue(value).toString('latin1');
      if (values.has(key)) return 0;
      values.set(key, value);
      return key.length + estimateBytes(value);
    },
    result: () => [...values.values()],
  };
}

/** Any other accumulator of mingo: it needs the documents of its group. */
function collecting(operator: string, argument: unknown, scope: Scope): () => Accumulator {
  const expression = { [operator]: toPlain(argument) };
  return () => {
    const documents: Doc[] = [];
    return {
      add(doc) {
        documents.push(doc);
        return estimateBytes(doc);
      },
      result: () => evalExpr(documents, expression, scope.options),
    };
  };
}
