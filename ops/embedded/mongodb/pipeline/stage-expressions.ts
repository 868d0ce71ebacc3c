import { CommandError } from '../errors.ts';
import { compileExpression, createScope } from '../expressions/expression.ts';
import { isAccumulator, isWindowOperator } from '../expressions/operators.ts';
import { isDoc } from '../values/value.ts';

/** Checks the expressions of a stage before it meets a document, so that an unknown operator is always refused. */
export function checkExpressions(name: string, argument: unknown): void {
  switch (name) {
    case '$addFields':
    case '$set':
    case '$replaceRoot':
    case '$replaceWith':
    case '$redact':
      if (name !== '$redact') requireShape(name, argument);
      compileExpression(argument, createScope());
      return;
    case '$project':
      checkProjection(argument);
      return;
    case '$bucket':
    case '$bucketAuto':
      checkBucket(argument);
      return;
    case '$setWindowFields':
      checkWindows(argument);
      return;
    case '$unwind': {
      const path = isDoc(argument) ? argument.path : argument;
      if (typeof path !== 'string' || !path.startsWith('$')) {
        throw new CommandError(28818, "path option to $unwind stage should be prefixed with a '$'");
      }
      return;
    }
    case '$sample':
    case '$densify':
    case '$fill':
      requireShape(name, argument);
      return;
    default:
  }
}

function requireShape(name: string, argument: unknown): void {
  const isPath = name === '$replaceWith' && typeof argument === 'string';
  if (!isDoc(argument) && !isPath) {
    throw new CommandError(40272, `the ${name} stage specification must be an object`);
  }
}

function checkProjection(argument: unknown): void {
  if (!isDoc(argument) || Object.keys(argument).length === 0) {
    throw new CommandError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  for (const [path, value] of Object.entries(argument)) {
    if (path.startsWith('$')) {
      throw new CommandError(16410, `FieldPath field names may not start with '$': '${path}'`);
    }
    compileExpression(value, createScope());
  }
}

function checkBucket(argument: unknown): void {
  if (!isDoc(argument)) throw new CommandError(40201, 'a $bucket stage takes a document');
  compileExpression(argument.groupBy, createScope());
  for (const accumulator of Object.values(isDoc(argument.output) ? argument.output : {})) {
    const [operator] = isDoc(accumulator) ? Object.keys(accumulator) : [];
    if (!operator || !isAccumulator(operator)) {
      throw new CommandError(15952, `unknown group operator '${operator}'`);
    }
  }
}

function checkWindows(argument: unknown): void {
  if (!isDoc(argument)) throw new CommandError(9, 'the $setWindowFields stage takes a document');
  for (const field of Object.values(isDoc(argument.output) ? argument.output : {})) {
    const operator = isDoc(field) ? Object.keys(field).find((key) => key !== 'window') : undefined;
    if (!operator || !isWindowOperator(operator)) {
      throw new CommandError(9, `Unrecognized window function, '${operator}'`);
    }
  }
}
