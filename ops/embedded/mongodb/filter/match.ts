import { badValue, CommandError, notImplemented } from '../errors.ts';
import { compileExpression, createScope, isTruthy, type Scope } from '../expressions/expression.ts';
import { type Path, someValue, splitPath } from '../values/paths.ts';
import { isRegex } from '../values/regex.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { type Condition, compileCondition } from './conditions.ts';

/** A compiled query filter. */
export type Filter = {
  test(doc: Doc): boolean;
  /** Top-level fields that must be read for the test; undefined when all are needed. */
  readonly needs: ReadonlySet<string> | undefined;
  /** Whether it asks for nothing, so that every document satisfies it. */
  readonly takesAll: boolean;
  /** Whether documents must be read with plain numbers, because an aggregation expression is part of the filter. */
  readonly plain: boolean;
};

type Node = Omit<Filter, 'takesAll'>;

const NOT_HERE: ReadonlySet<string> = new Set(['$where', '$text', '$jsonSchema']);

/** Compiles a query filter. @throws CommandError BadValue for an operator that does not exist or is used wrongly. */
export function compileFilter(filter: Doc, scope: Scope = createScope()): Filter {
  const nodes = Object.entries(filter).flatMap(([key, value]) => {
    if (!key.startsWith('$')) return [compileField(key, value, scope)];
    return key === '$comment' ? [] : [compileLogical(key, value, scope)];
  });
  return all(nodes);
}

function compileLogical(operator: string, value: unknown, scope: Scope): Node {
  switch (operator) {
    case '$and':
      return all(branches(operator, value, scope));
    case '$or':
      return any(branches(operator, value, scope));
    case '$nor': {
      const node = any(branches(operator, value, scope));
      return { ...node, test: (doc) => !node.test(doc) };
    }
    case '$expr': {
      const expression = compileExpression(value, scope);
      return { test: (doc) => isTruthy(expression.evaluate(doc)), needs: expression.needs, plain: true };
    }
    default:
      if (NOT_HERE.has(operator)) throw notImplemented(`The query operator ${operator}`);
      throw badValue(
        `unknown top level operator: ${operator}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function branches(operator: string, value: unknown, scope: Scope): Node[] {
  if (!Array.isArray(value)) throw badValue(`${operator} argument must be an array`);
  if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  return value.map((branch) => {
    if (!isDoc(branch)) throw badValue('$or/$and/$nor entries need to be full objects');
    return compileFilter(branch, scope);
  });
}

function compileField(field: string, value: unknown, scope: Scope): Node {
  const path = splitPath(field);
  const conditions = compileConditions(value, scope);
  const tests = conditions.map((condition) => fieldTest(path, condition));
  const [only] = tests;
  return {
    test: only && tests.length === 1 ? only : (doc) => tests.every((test) => test(doc)),
    needs: new Set([path[0] ?? '']),
    plain: false,
  };
}

/** How a filter compiles a nested filter, handed to conditions such as `$elemMatch`. */
const nested = (scope: Scope) => ({
  filter: (filter: Doc) => {
    const compiled = compileFilter(filter, scope);
    return (doc: Doc) => compiled.test(doc);
  },
  conditions: (operators: unknown) => compileConditions(operators, scope),
});

function compileConditions(value: unknown, scope: Scope): Condition[] {
  if (!isDoc(value) || !Object.keys(value).some((key) => key.startsWith('$')) || '$ref' in value) {
    return [compileCondition(isRegex(value) ? '$regex' : '$eq', value, {}, nested(scope))];
  }
  return Object.entries(value).flatMap(([operator, operand]) => {
    if (!operator.startsWith('$')) throw badValue(`unknown operator: ${operator}`);
    return operator === '$options' ? [] : [compileCondition(operator, operand, value, nested(scope))];
  });
}

/** Tests one condition on everything that a path leads to. */
function fieldTest(path: Path, condition: Condition): (doc: Doc) => boolean {
  const [field] = path;
  const look = (value: unknown): boolean => testLeaf(value, condition);
  const found =
    path.length === 1 && field !== undefined
      ? (doc: Doc) => look(Object.hasOwn(doc, field) ? doc[field] : undefined)
      : (doc: Doc) => someValue(doc, path, look);
  return condition.negated ? (doc) => !found(doc) : found;
}

/** An array satisfies a condition with one of its elements, or itself. */
function testLeaf(value: unknown, condition: Condition): boolean {
  if (condition.test(value)) return true;
  return condition.elements && Array.isArray(value) && value.some((element) => condition.test(element));
}

function all(nodes: readonly Node[]): Filter {
  const [first, ...others] = nodes;
  if (first && others.length === 0) return { ...first, takesAll: false };
  return {
    takesAll: nodes.length === 0,
    test: (doc) => {
      for (const node of nodes) if (!node.test(doc)) return false;
      return true;
    },
    needs: union(nodes),
    plain: nodes.some((node) => node.plain),
  };
}

function any(nodes: readonly Node[]): Node {
  return {
    test: (doc) => nodes.some((node) => node.test(doc)),
    needs: union(nodes),
    plain: nodes.some((node) => node.plain),
  };
}

function union(nodes: readonly Node[]): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  for (const { needs } of nodes) {
    if (needs === undefined) return undefined;
    for (const field of needs) fields.add(field);
  }
  return fields;
}

/** Checks that a filter is a document. */
export function asFilter(value: unknown, name = 'filter'): Doc {
  if (value === undefined || value === null) return {};
  if (!isDoc(value))
    throw new CommandError(14, `BSON field '${name}' is the wrong type, expected type 'object'`);
  return value;
}
