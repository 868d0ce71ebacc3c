import { badValue, CommandError, failedToParse } from '../errors.ts';
import type { Filter } from '../filter/match.ts';
import { setPath } from '../values/set-path.ts';
import { type Doc, getField, isDoc } from '../values/value.ts';
import { arrayOperator } from './array-operators.ts';
import type { Change, UpdateContext } from './change.ts';
import { expandPath } from './expand-path.ts';
import { valueOperator } from './value-operators.ts';

type Step = {
  readonly path: readonly string[];
  readonly change: Change;
  readonly create: boolean;
  readonly onInsert: boolean;
};

const REMOVING: ReadonlySet<string> = new Set(['$unset', '$pop', '$pull', '$pullAll']);

/** Compiles update operators. Paths are changed in their alphabetical order, as MongoDB does. */
export function compileOperators(
  update: Doc,
  arrayFilters: ReadonlyMap<string, Filter>,
): (doc: Doc, context: UpdateContext) => Doc {
  const renames: { from: string[]; to: string[] }[] = [];
  const steps: Step[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (!isDoc(fields)) {
      throw failedToParse(
        `Modifiers operate on fields but we found type ${typeof fields} instead: ${operator}`,
      );
    }
    for (const [field, operand] of Object.entries(fields)) {
      checkPath(field);
      if (operator === '$rename') renames.push(rename(field, operand));
      else steps.push(step(operator, field, operand));
    }
  }
  checkConflicts([...steps.map(({ path }) => path), ...renames.flatMap(({ from, to }) => [from, to])]);
  checkArrayFilters(steps, arrayFilters);
  steps.sort((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1));
  return (doc, context) => {
    for (const { from, to } of renames) moveField(doc, from, to);
    for (const { path, change, create, onInsert } of steps) {
      if (onInsert && !context.inserting) continue;
      for (const concrete of expandPath(doc, path, arrayFilters, context)) {
        setPath(doc, concrete, (old) => change(old, context), create);
      }
    }
    return doc;
  };
}

function step(operator: string, field: string, operand: unknown): Step {
  const change = valueOperator(operator, field, operand) ?? arrayOperator(operator, field, operand);
  if (!change) {
    throw failedToParse(
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  return {
    path: field.split('.'),
    change,
    create: !REMOVING.has(operator),
    onInsert: operator === '$setOnInsert',
  };
}

function rename(field: string, operand: unknown): { from: string[]; to: string[] } {
  if (typeof operand !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${field}`);
  checkPath(operand);
  if (`${field}.${operand}`.includes('$')) throw badValue('The fields of $rename may not be dynamic');
  return { from: field.split('.'), to: operand.split('.') };
}

function moveField(doc: Doc, from: readonly string[], to: readonly string[]): void {
  const value = from.reduce<unknown>(
    (inner, part) => (isDoc(inner) ? getField(inner, part) : undefined),
    doc,
  );
  if (value === undefined) return;
  setPath(doc, from, () => undefined, false);
  setPath(doc, to, () => value);
}

function checkPath(path: string): void {
  if (path === '' || path.startsWith('.') || path.endsWith('.') || path.includes('..')) {
    throw new CommandError(
      56,
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  const [first] = path.split('.');
  if (first?.startsWith('$')) {
    throw new CommandError(
      52,
      `The dollar ($) prefixed field '${first}' in '${path}' is not valid for storage.`,
    );
  }
}

function checkConflicts(paths: readonly (readonly string[])[]): void {
  const names = paths.map((path) => path.join('.')).sort();
  names.forEach((name, i) => {
    const clash = names.slice(i + 1).find((other) => other === name || other.startsWith(`${name}.`));
    if (clash)
      throw new CommandError(40, `Updating the path '${clash}' would create a conflict at '${name}'`);
  });
}

function checkArrayFilters(steps: readonly Step[], arrayFilters: ReadonlyMap<string, Filter>): void {
  const used = new Set(
    steps.flatMap(({ path }) =>
      path.filter((part) => /^\$\[.+\]$/.test(part)).map((part) => part.slice(2, -1)),
    ),
  );
  for (const name of used) {
    if (!arrayFilters.has(name)) throw badValue(`No array filter found for identifier '${name}'`);
  }
  for (const name of arrayFilters.keys()) {
    if (!used.has(name)) {
      throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
    }
  }
}
