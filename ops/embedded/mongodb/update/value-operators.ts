import { Double, Int32, Long, Timestamp } from 'bson';
import { badValue, failedToParse, notImplemented, typeMismatch } from '../errors.ts';
import { compareValues } from '../values/order.ts';
import { isDoc, isNumeric, numberOf } from '../values/value.ts';
import type { Change } from './change.ts';

/** Compiles an operator that changes one value; undefined when it is not one of these. */
export function valueOperator(operator: string, field: string, operand: unknown): Change | undefined {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return () => copy(operand);
    case '$unset':
      return () => undefined;
    case '$inc':
      return arithmetic(
        operator,
        field,
        operand,
        (a, b) => a + b,
        (a, b) => a + b,
      );
    case '$mul':
      return arithmetic(
        operator,
        field,
        operand,
        (a, b) => a * b,
        (a, b) => a * b,
      );
    case '$min':
      return (old) => (old === undefined || compareValues(operand, old) < 0 ? copy(operand) : old);
    case '$max':
      return (old) => (old === undefined || compareValues(operand, old) > 0 ? copy(operand) : old);
    case '$currentDate':
      return currentDate(operand);
    case '$bit':
      return bitwise(field, operand);
    default:
      return undefined;
  }
}

/** What is put into a document belongs to it: another operator may change it. */
export function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isDoc(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, copy(inner)]));
}

function arithmetic(
  operator: string,
  field: string,
  operand: unknown,
  onDoubles: (a: number, b: number) => number,
  onIntegers: (a: bigint, b: bigint) => bigint,
): Change {
  if (!isNumeric(operand)) {
    throw typeMismatch(
      `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: ${field}`,
    );
  }
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  return (old) => {
    if (old !== undefined && !isNumeric(old)) {
      throw typeMismatch(`Cannot apply ${operator} to a value of non-numeric type: ${field}`);
    }
    if (old === undefined) return operator === '$inc' ? operand : onDoubles(0, numberOf(operand) ?? 0);
    const [a, b] = [numberOf(old), numberOf(operand)];
    if (a === undefined || b === undefined) throw notImplemented('Calculating with decimal128');
    if (!isInteger(old) || !isInteger(operand)) return asDouble(onDoubles(a, b));
    const exact = onIntegers(toBigInt(old), toBigInt(operand));
    if (BigInt.asIntN(64, exact) !== exact) {
      throw badValue(
        `Failed to apply ${operator} operations to current value: cannot ${verb} beyond 64 bits`,
      );
    }
    const isLong = old instanceof Long || operand instanceof Long || BigInt.asIntN(32, exact) !== exact;
    return isLong ? Long.fromBigInt(exact) : Number(exact);
  };
}

/** A sum of doubles stays a double, even when it is whole. */
const asDouble = (value: number): unknown => (Object.is(value | 0, value) ? new Double(value) : value);

function isInteger(value: unknown): boolean {
  if (value instanceof Long || value instanceof Int32) return true;
  return typeof value === 'number' && (value | 0) === value;
}

const toBigInt = (value: unknown): bigint =>
  value instanceof Long ? value.toBigInt() : BigInt(numberOf(value) ?? 0);

function currentDate(operand: unknown): Change {
  const type = isDoc(operand) ? operand.$type : operand === true || operand === false ? 'date' : undefined;
  if (type === 'date') return (_old, { now }) => new Date(now);
  if (type === 'timestamp') {
    return (_old, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 });
  }
  throw badValue("The '$type' string field is required to be 'date' or 'timestamp'");
}

function bitwise(field: string, operand: unknown): Change {
  const parts = isDoc(operand) ? Object.entries(operand) : [];
  if (parts.length === 0) {
    throw badValue("The $bit modifier takes an object with 'and', 'or' or 'xor' and a whole number");
  }
  for (const [name, mask] of parts) {
    if (!['and', 'or', 'xor'].includes(name) || !isInteger(mask)) {
      throw failedToParse(`The $bit modifier for '${field}' takes 'and', 'or' or 'xor' with a whole number`);
    }
  }
  return (old) => {
    if (old !== undefined && !isInteger(old)) {
      throw badValue(`Cannot apply $bit to a value of non-integral type: ${field}`);
    }
    let bits = toBigInt(old ?? 0);
    for (const [name, mask] of parts) {
      const other = toBigInt(mask);
      bits = name === 'and' ? bits & other : name === 'or' ? bits | other : bits ^ other;
    }
    return old instanceof Long || BigInt.asIntN(32, bits) !== bits ? Long.fromBigInt(bits) : Number(bits);
  };
}
