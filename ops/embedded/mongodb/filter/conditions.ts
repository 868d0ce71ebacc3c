import { Binary } from 'bson';
import { badValue, notImplemented, typeMismatch } from '../errors.ts';
import { TYPE, typeOrder } from '../values/key-writer.ts';
import { compareValues, encodeValue, equalValues } from '../values/order.ts';
import { isRegex, toRegExp } from '../values/regex.ts';
import { type Doc, isDoc, isTrue, numberOf } from '../values/value.ts';
import { typeTest } from './type-names.ts';

/** A compiled condition on the values that one path leads to. */
export type Condition = {
  readonly test: (value: unknown) => boolean;
  /** Whether an array also satisfies it with one of its elements. */
  readonly elements: boolean;
  /** Whether it holds when no value passes the test. */
  readonly negated: boolean;
};

/** How to compile what is inside a condition; given by the filter, so that the two need not know each other. */
export type Nested = {
  filter(filter: Doc): (doc: Doc) => boolean;
  conditions(operators: unknown): Condition[];
};

const holds = (test: (value: unknown) => boolean, elements = true): Condition => ({
  test,
  elements,
  negated: false,
});
const not = (condition: Condition): Condition => ({ ...condition, negated: !condition.negated });

export function compileCondition(
  operator: string,
  operand: unknown,
  siblings: Doc,
  nested: Nested,
): Condition {
  switch (operator) {
    case '$eq':
      return holds(equals(operand));
    case '$ne':
      return not(holds(equals(operand)));
    case '$gt':
      return holds(ordered(operand, (order) => order > 0));
    case '$gte':
      return holds(ordered(operand, (order) => order >= 0));
    case '$lt':
      return holds(ordered(operand, (order) => order < 0));
    case '$lte':
      return holds(ordered(operand, (order) => order <= 0));
    case '$in':
      return holds(oneOf(operator, operand));
    case '$nin':
      return not(holds(oneOf(operator, operand)));
    case '$exists': {
      const exists = holds((value) => value !== undefined, false);
      return isTrue(operand) ? exists : not(exists);
    }
    case '$type':
      return holds(typeTest(operand));
    case '$regex':
      return holds(matches(operand, siblings.$options));
    case '$mod':
      return holds(modulo(operand));
    case '$size':
      return holds(hasSize(operand), false);
    case '$not':
      return negation(operand, nested);
    case '$elemMatch':
      return holds(elementTest(operand, nested), false);
    case '$all':
      return holds(allOf(operand, nested), false);
    case '$bitsAllSet':
      return holds(bits(operand, (value, mask) => (value & mask) === mask));
    case '$bitsAnySet':
      return holds(bits(operand, (value, mask) => (value & mask) !== 0n));
    case '$bitsAllClear':
      return holds(bits(operand, (value, mask) => (value & mask) === 0n));
    case '$bitsAnyClear':
      return holds(bits(operand, (value, mask) => (value & mask) !== mask));
    case '$near':
    case '$nearSphere':
    case '$geoWithin':
    case '$geoIntersects':
      throw notImplemented(`The query operator ${operator}`);
    default:
      throw badValue(`unknown operator: ${operator}`);
  }
}

function equals(operand: unknown): (value: unknown) => boolean {
  if (isRegex(operand)) return (value) => isRegex(value) && equalValues(value, operand);
  if (typeof operand === 'string')
    return (value) => value === operand || (typeof value === 'object' && equalValues(value, operand));
  return (value) => equalValues(value, operand);
}

/** Comparisons hold between values of one kind only, except that MinKey and MaxKey compare with everything. */
function ordered(operand: unknown, decide: (order: number) => boolean): (value: unknown) => boolean {
  const type = typeOrder(operand);
  if (isRegex(operand)) throw badValue("Can't have RegEx as arg to predicate over field");
  if (type === TYPE.minKey || type === TYPE.maxKey) {
    return (value) => value !== undefined && decide(compareValues(value, operand));
  }
  if (type === TYPE.number && Number.isNaN(numberOf(operand))) {
    return (value) => decide(0) && equalValues(value, operand);
  }
  return (value) =>
    typeOrder(value) === type && !Number.isNaN(value) && decide(compareValues(value, operand));
}

function oneOf(operator: string, operand: unknown): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  const patterns = operand.filter(isRegex).map((pattern) => matches(pattern, undefined));
  const members = new Set(operand.filter((member) => !isRegex(member)).map(lookupKey));
  return (value) => members.has(lookupKey(value)) || patterns.some((pattern) => pattern(value));
}

/** Equal values have equal lookup keys, and only they. */
function lookupKey(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value;
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? null;
  const number = numberOf(value);
  if (number !== undefined && Number.isSafeInteger(number)) return number;
  return `\0${encodeValue(value).toString('latin1')}`;
}

function matches(operand: unknown, options: unknown): (value: unknown) => boolean {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  const regex = toRegExp(operand, options);
  return (value) =>
    typeof value === 'string'
      ? regex.test(value)
      : isRegex(value) && isRegex(operand) && equalValues(value, operand);
}

function modulo(operand: unknown): (value: unknown) => boolean {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw badValue('malformed mod, needs to be an array of two');
  const [divisor, remainder] = operand.map((part: unknown) => Math.trunc(numberOf(part) ?? Number.NaN));
  if (divisor === undefined || Number.isNaN(divisor)) throw badValue('malformed mod, divisor not a number');
  if (divisor === 0) throw badValue('divisor cannot be 0');
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && Math.trunc(number) % divisor === remainder;
  };
}

function hasSize(operand: unknown): (value: unknown) => boolean {
  const size = numberOf(operand);
  if (size === undefined || !Number.isInteger(size)) throw badValue('$size must be a whole number');
  if (size < 0) throw badValue('$size may not be negative');
  return (value) => Array.isArray(value) && value.length === size;
}

function negation(operand: unknown, nested: Nested): Condition {
  const isOperators = isDoc(operand) && Object.keys(operand).length > 0;
  if (!isOperators && !isRegex(operand)) throw badValue('$not needs a regex or a document');
  const conditions = nested.conditions(operand);
  return not(holds((value) => conditions.every((condition) => passes(condition, value)), false));
}

const passes = (condition: Condition, value: unknown): boolean =>
  (condition.test(value) ||
    (condition.elements && Array.isArray(value) && value.some((element) => condition.test(element)))) !==
  condition.negated;

/** The test of `$elemMatch` on an array: some element is a document that matches, or a value that meets all conditions. */
function elementTest(operand: unknown, nested: Nested): (value: unknown) => boolean {
  const test = elementPredicate(operand, nested);
  return (value) => Array.isArray(value) && value.some(test);
}

function elementPredicate(operand: unknown, nested: Nested): (element: unknown) => boolean {
  if (!isDoc(operand)) throw badValue('$elemMatch needs an Object');
  const [first] = Object.keys(operand);
  if (first?.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(first)) {
    const conditions = nested.conditions(operand);
    return (element) => conditions.every(({ test, negated }) => test(element) !== negated);
  }
  const matchesFilter = nested.filter(operand);
  return (element) => isDoc(element) && matchesFilter(element);
}

function allOf(operand: unknown, nested: Nested): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  const tests = operand.map((part: unknown): ((value: unknown) => boolean) => {
    if (isDoc(part) && '$elemMatch' in part) return elementTest(part.$elemMatch, nested);
    const same = isRegex(part) ? matches(part, undefined) : equals(part);
    return (value) => same(value) || (Array.isArray(value) && value.some(same));
  });
  return (value) => tests.length > 0 && tests.every((test) => test(value));
}

function bits(
  operand: unknown,
  decide: (value: bigint, mask: bigint) => boolean,
): (value: unknown) => boolean {
  const mask = bitMask(operand);
  return (value) => {
    if (value instanceof Binary) return decide(fromBytes(value), mask);
    const number = numberOf(value);
    return number !== undefined && Number.isSafeInteger(number) && decide(BigInt(number), mask);
  };
}

function bitMask(operand: unknown): bigint {
  if (operand instanceof Binary) return fromBytes(operand);
  if (Array.isArray(operand)) {
    return operand.reduce<bigint>((mask, position) => mask | (1n << BigInt(numberOf(position) ?? 0)), 0n);
  }
  const number = numberOf(operand);
  if (number === undefined || number < 0)
    throw typeMismatch('a bit mask is a number, a list of positions or bytes');
  return BigInt(number);
}

const fromBytes = (binary: Binary): bigint =>
  binary.buffer
    .subarray(0, binary.position)
    .reduceRight<bigint>((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
