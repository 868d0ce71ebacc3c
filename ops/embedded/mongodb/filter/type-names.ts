import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { badValue } from '../errors.ts';
import { isDoc, numberOf } from '../values/value.ts';

/** The names that `$type` uses, with their numbers. */
const NUMBERS: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

const NUMERIC: readonly number[] = [1, 16, 18, 19];

/** Compiles the operand of `$type`: names, numbers or a list of them. */
export function typeTest(operand: unknown): (value: unknown) => boolean {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeNumbers));
  return (value) => {
    const type = typeNumber(value);
    return type !== undefined && wanted.has(type);
  };
}

function typeNumbers(type: unknown): readonly number[] {
  if (type === 'number') return NUMERIC;
  const number = typeof type === 'string' ? NUMBERS[type] : numberOf(type);
  if (number === undefined || !Object.values(NUMBERS).includes(number)) {
    throw badValue(`Unknown type name alias: ${String(type)}`);
  }
  return [number];
}

function typeNumber(value: unknown): number | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
      return 2;
    case 'boolean':
      return 8;
    case 'bigint':
      return 18;
    case 'number':
      return (value | 0) === value && !Object.is(value, -0) ? 16 : 1;
    default:
  }
  if (value === null) return 10;
  if (Array.isArray(value)) return 4;
  if (isDoc(value)) return 3;
  if (value instanceof Date) return 9;
  if (value instanceof ObjectId) return 7;
  if (value instanceof Timestamp) return 17;
  if (value instanceof Long) return 18;
  if (value instanceof Double) return 1;
  if (value instanceof Int32) return 16;
  if (value instanceof Decimal128) return 19;
  if (value instanceof Binary) return 5;
  if (value instanceof BSONRegExp || value instanceof RegExp) return 11;
  if (value instanceof Code) return value.scope ? 15 : 13;
  if (value instanceof BSONSymbol) return 14;
  if (value instanceof MinKey) return -1;
  return value instanceof MaxKey ? 127 : undefined;
}
