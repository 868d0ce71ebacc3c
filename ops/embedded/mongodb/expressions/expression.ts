import { BSONRegExp, Long } from 'bson';
import { evalExpr } from 'mingo/core';
import type { Options } from 'mingo/types';
import { CommandError } from '../errors.ts';
import { toRegExp } from '../values/regex.ts';
import { type Doc, getField, isDoc, numberOf, setField } from '../values/value.ts';
import { isExpressionOperator, prepareOptions } from './operators.ts';

/** What expressions of one command share: the variables of `let`, and the time that `$$NOW` means. */
export class Scope {
  readonly variables: Doc;
  private prepared: Options | undefined;

  constructor(variables: Doc = {}) {
    this.variables = variables;
  }

  /** mingo's options, made when they are needed first: most commands evaluate nothing. */
  get options(): Options {
    this.prepared ??= prepareOptions(toPlainDoc(this.variables));
    return this.prepared;
  }
}

export const createScope = (variables: Doc = {}): Scope => new Scope(variables);

/** A compiled aggregation expression over documents with plain numbers. */
export type Expression = {
  evaluate(doc: Doc): unknown;
  /** Top-level fields it reads; undefined when that may be any. */
  readonly needs: ReadonlySet<string> | undefined;
};

/** @throws CommandError for operators that do not exist. */
export function compileExpression(source: unknown, scope: Scope): Expression {
  const expression = toPlain(source);
  checkOperators(expression);
  const needs = new Set<string>();
  const all = !collectFields(expression, needs);
  return { evaluate: evaluator(expression, scope), needs: all ? undefined : needs };
}

/** What is plain reading is done here; operators and paths through arrays are mingo's. */
function evaluator(expression: unknown, scope: Scope): (doc: Doc) => unknown {
  if (typeof expression === 'string') {
    if (/^\$[^$]/.test(expression)) return fieldReader(expression, scope);
    return expression.startsWith('$') ? (doc) => evalExpr(doc, expression, scope.options) : () => expression;
  }
  if (Array.isArray(expression)) return (doc) => evalExpr(doc, expression, scope.options);
  if (!isDoc(expression)) return () => expression;
  if (Object.keys(expression)[0]?.startsWith('$')) return (doc) => evalExpr(doc, expression, scope.options);
  const fields = Object.entries(expression).map(([name, inner]) => ({ name, read: evaluator(inner, scope) }));
  return (doc) => {
    const result: Doc = {};
    for (const { name, read } of fields) {
      const value = read(doc);
      if (value !== undefined) setField(result, name, value);
    }
    return result;
  };
}

function fieldReader(expression: string, scope: Scope): (doc: Doc) => unknown {
  const path = expression.slice(1).split('.');
  const [first = ''] = path;
  if (path.length === 1) return (doc) => getField(doc, first);
  return (doc) => {
    let value: unknown = doc;
    for (const part of path) {
      if (Array.isArray(value)) return evalExpr(doc, expression, scope.options);
      if (!isDoc(value)) return undefined;
      value = getField(value, part);
    }
    return value;
  };
}

/** Numbers and patterns in the form that expressions calculate with. */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (isDoc(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
  if (value instanceof BSONRegExp) return toRegExp(value);
  if (value instanceof Long && !Number.isSafeInteger(value.toNumber())) return value;
  return numberOf(value) ?? value;
}

function toPlainDoc(doc: Doc): Doc {
  return Object.fromEntries(Object.entries(doc).map(([field, value]) => [field, toPlain(value)]));
}

function checkOperators(expression: unknown): void {
  if (Array.isArray(expression)) for (const part of expression) checkOperators(part);
  if (!isDoc(expression)) return;
  const keys = Object.keys(expression);
  const operator = keys.find((key) => key.startsWith('$'));
  if (operator !== undefined) {
    if (keys.length > 1) {
      throw new CommandError(15983, 'an object representing an expression must have exactly one field');
    }
    if (!isExpressionOperator(operator)) throw new CommandError(168, `Unrecognized expression '${operator}'`);
    if (operator === '$literal') return;
  }
  for (const part of Object.values(expression)) checkOperators(part);
}

/** Adds the top-level fields an expression reads; false when they cannot be told. */
export function collectFields(expression: unknown, fields: Set<string>): boolean {
  if (typeof expression === 'string') {
    if (expression.startsWith('$$')) return !/^\$\$(ROOT|CURRENT)/.test(expression);
    if (expression.startsWith('$')) fields.add(expression.slice(1).split('.')[0] ?? '');
    return true;
  }
  if (Array.isArray(expression)) return expression.every((part) => collectFields(part, fields));
  if (!isDoc(expression)) return true;
  if ('$literal' in expression) return true;
  return Object.values(expression).every((part) => collectFields(part, fields));
}

/** How expressions judge a value: only false, null, missing and zero are false. */
export const isTruthy = (value: unknown): boolean =>
  value !== false && value !== null && value !== undefined && value !== 0;
