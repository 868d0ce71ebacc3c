import { badValue, typeMismatch } from '../errors.ts';
import { compileFilter } from '../filter/match.ts';
import { parseSort, sortKeys } from '../query/sort.ts';
import { compareValues, equalValues } from '../values/order.ts';
import { isRegex } from '../values/regex.ts';
import { type Doc, isDoc, numberOf } from '../values/value.ts';
import type { Change } from './change.ts';
import { copy } from './value-operators.ts';

/** Compiles an operator that changes an array; undefined when it is not one of these. */
export function arrayOperator(operator: string, field: string, operand: unknown): Change | undefined {
  switch (operator) {
    case '$push':
      return push(field, operand);
    case '$addToSet':
      return addToSet(field, operand);
    case '$pop':
      return pop(field, operand);
    case '$pull':
      return filtering(operator, field, pullTest(operand));
    case '$pullAll':
      if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument');
      return filtering(operator, field, (element) => operand.some((other) => equalValues(element, other)));
    default:
      return undefined;
  }
}

function asArray(operator: string, field: string, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    throw badValue(`The field '${field}' must be an array but is not: ${operator} cannot be applied to it`);
  }
  return value;
}

function push(field: string, operand: unknown): Change {
  if (!isDoc(operand) || !('$each' in operand)) {
    return (old) => [...asArray('$push', field, old), copy(operand)];
  }
  const { $each: added, $position: position, $slice: slice, $sort: sort, ...others } = operand;
  const [unknown] = Object.keys(others);
  if (unknown) throw badValue(`Unrecognized clause in $push: ${unknown}`);
  if (!Array.isArray(added)) throw badValue('The argument to $each in $push must be an array');
  const at = wholeNumber('$position', position);
  const keep = wholeNumber('$slice', slice);
  const order = sort === undefined ? undefined : elementOrder(sort);
  return (old) => {
    const values = [...asArray('$push', field, old)];
    values.splice(at ?? values.length, 0, ...added.map(copy));
    if (order) values.sort(order);
    if (keep === undefined) return values;
    return keep < 0 ? values.slice(keep) : values.slice(0, keep);
  };
}

function wholeNumber(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number))
    throw badValue(`The value for ${name} must be an integer value`);
  return number;
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  const direction = numberOf(sort);
  if (direction === 1) return compareValues;
  if (direction === -1) return (a, b) => compareValues(b, a);
  const fields = parseSort(sort);
  if (!fields) throw badValue('The $sort of $push is 1, -1 or a document of them');
  const keyOf = sortKeys(fields);
  const asDoc = (value: unknown): Doc => (isDoc(value) ? value : {});
  return (a, b) => Buffer.compare(keyOf(asDoc(a)), keyOf(asDoc(b)));
}

function addToSet(field: string, operand: unknown): Change {
  const each = isDoc(operand) && '$each' in operand ? operand.$each : [operand];
  if (!Array.isArray(each)) throw typeMismatch('The argument to $each in $addToSet must be an array');
  return (old) => {
    const values = [...asArray('$addToSet', field, old)];
    for (const added of each) {
      if (!values.some((value) => equalValues(value, added))) values.push(copy(added));
    }
    return values;
  };
}

function pop(field: string, operand: unknown): Change {
  const end = numberOf(operand);
  if (end !== 1 && end !== -1) throw badValue('$pop expects 1 or -1');
  return (old) => {
    if (old === undefined) return undefined;
    const values = asArray('$pop', field, old);
    return end === 1 ? values.slice(0, -1) : values.slice(1);
  };
}

function filtering(operator: string, field: string, goes: (element: unknown) => boolean): Change {
  return (old) =>
    old === undefined ? undefined : asArray(operator, field, old).filter((element) => !goes(element));
}

/** `$pull` takes a value, a condition on the element, or a filter on elements that are documents. */
function pullTest(operand: unknown): (element: unknown) => boolean {
  if (isRegex(operand)) return (element) => compileFilter({ element: operand }).test({ element });
  if (!isDoc(operand)) return (element) => equalValues(element, operand);
  const filter = compileFilter({ element: { $elemMatch: operand } });
  return (element) => filter.test({ element: [element] });
}
