import { after } from '../storage/keys.ts';
import { TYPE, typeOrder } from '../values/key-writer.ts';
import { encodeValue } from '../values/order.ts';
import { isRegex, literalPrefix, toRegExp } from '../values/regex.ts';
import { isDoc, numberOf } from '../values/value.ts';
import type { Conjunct } from './conjuncts.ts';

/**
 * A range of encoded values of one field. Its ends are beginnings of encodings: an inclusive end takes in everything that
 * begins with it.
 */
export type Interval = {
  readonly low: Buffer;
  readonly lowInclusive: boolean;
  readonly high: Buffer;
  readonly highInclusive: boolean;
};

/** The values of one field that can satisfy a filter. */
export type FieldBounds = {
  readonly intervals: readonly Interval[];
  /** Whether every interval is a single value. */
  readonly points: boolean;
  /** Whether the documents with a value in the intervals are those that satisfy the filter. */
  readonly exact: boolean;
};

const typeRange = (type: number): Interval => between(Buffer.of(type), true, Buffer.of(type), true);
export const EVERYTHING: Interval = between(Buffer.of(0), true, Buffer.of(0xff), true);

function between(low: Buffer, lowInclusive: boolean, high: Buffer, highInclusive: boolean): Interval {
  return { low, lowInclusive, high, highInclusive };
}

function point(value: unknown): Interval {
  const bytes = encodeValue(value);
  return between(bytes, true, bytes, true);
}

/**
 * What the conjuncts on one field allow; undefined when an index cannot tell.
 *
 * @param multikey whether documents may have several values there: one may satisfy this conjunct and another that one
 */
export function fieldBounds(conjuncts: readonly Conjunct[], multikey: boolean): FieldBounds | undefined {
  const bounds = conjuncts.map((conjunct) => conjunctBounds(conjunct));
  const known = bounds.filter((bound) => bound !== undefined);
  const [first, ...others] = known.toSorted((a, b) => Number(b.points) - Number(a.points));
  if (!first) return undefined;
  if (multikey) return { ...first, exact: first.exact && bounds.length === 1 };
  const all = others.reduce(intersect, first);
  return { ...all, exact: all.exact && known.length === bounds.length };
}

function conjunctBounds({ path, operator, operand }: Conjunct): FieldBounds | undefined {
  switch (operator) {
    case '$eq':
      return equalTo(operand);
    case '$in':
      return Array.isArray(operand) ? oneOf(operand) : undefined;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return ordered(operator, operand);
    case '$regex':
      return matching(operand);
    case '$all': {
      const [member] = Array.isArray(operand) ? operand : [];
      const usable = typeof member === 'string' || typeof member === 'number';
      return usable ? { intervals: [point(member)], points: true, exact: false } : undefined;
    }
    case '$elemMatch':
      return oneElement(path, operand);
    default:
      return undefined;
  }
}

/** Operators that ask the same of an element as of a value that stands alone. */
const OF_ONE_VALUE: ReadonlySet<string> = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$regex']);

/** What conditions ask of one element of an array. Without an array nothing matches, so the bounds are not exact. */
function oneElement(path: string, operand: unknown): FieldBounds | undefined {
  if (!isDoc(operand) || '$options' in operand) return undefined;
  const conditions = Object.entries(operand)
    .filter(([operator]) => OF_ONE_VALUE.has(operator))
    .map(([operator, value]) => ({ path, operator, operand: value }));
  const bounds = fieldBounds(conditions, false);
  return bounds && { ...bounds, exact: false };
}

function equalTo(value: unknown): FieldBounds {
  if (value === null || value === undefined) {
    const nothing = between(Buffer.of(TYPE.empty), true, Buffer.of(TYPE.null), true);
    return { intervals: [nothing], points: false, exact: false };
  }
  if (!Array.isArray(value)) return { intervals: [point(value)], points: true, exact: true };
  const [element] = value;
  const inside =
    value.length === 0 ? typeRange(TYPE.empty) : element === undefined ? EVERYTHING : point(element);
  return { intervals: merge([inside, point(value)]), points: false, exact: false };
}

function oneOf(values: readonly unknown[]): FieldBounds {
  const bounds = values.map((value) => (isRegex(value) ? matching(value) : equalTo(value)));
  return {
    intervals: merge(bounds.flatMap(({ intervals }) => intervals)),
    points: bounds.every(({ points }) => points),
    exact: bounds.every(({ exact }) => exact),
  };
}

function ordered(operator: string, operand: unknown): FieldBounds | undefined {
  const type = typeOrder(operand);
  if (type === TYPE.null) {
    return operator.endsWith('e') ? equalTo(null) : { intervals: [], points: false, exact: true };
  }
  const notNumber = type === TYPE.number && Number.isNaN(numberOf(operand));
  if (notNumber || [TYPE.array, TYPE.minKey, TYPE.maxKey].some((other) => other === type)) return undefined;
  const bytes = encodeValue(operand);
  const inclusive = operator.endsWith('e');
  const lowest = type === TYPE.number ? encodeValue(Number.NaN) : Buffer.of(type);
  const interval = operator.startsWith('$g')
    ? between(bytes, inclusive, Buffer.of(type), true)
    : between(lowest, type !== TYPE.number, bytes, inclusive);
  return { intervals: [interval], points: false, exact: true };
}

function matching(pattern: unknown): FieldBounds {
  const prefix = literalPrefix(toRegExp(pattern));
  const whole = encodeValue(prefix);
  const bytes = whole.subarray(0, whole.length - 2);
  return {
    intervals: [between(bytes, true, bytes, true), typeRange(TYPE.regex)],
    points: false,
    exact: false,
  };
}

/** Half-open ends that can be compared as plain bytes. */
const start = (interval: Interval): Buffer => (interval.lowInclusive ? interval.low : after(interval.low));
const end = (interval: Interval): Buffer => (interval.highInclusive ? after(interval.high) : interval.high);

function intersect(left: FieldBounds, right: FieldBounds): FieldBounds {
  const intervals = left.intervals.flatMap((a) =>
    right.intervals.flatMap((b) => {
      const low = Buffer.compare(start(a), start(b)) >= 0 ? a : b;
      const high = Buffer.compare(end(a), end(b)) <= 0 ? a : b;
      if (Buffer.compare(start(low), end(high)) >= 0) return [];
      return [between(low.low, low.lowInclusive, high.high, high.highInclusive)];
    }),
  );
  return { intervals, points: left.points || right.points, exact: left.exact && right.exact };
}

/** Puts intervals in order and joins those that overlap. */
function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => Buffer.compare(start(a), start(b)))) {
    const last = merged.at(-1);
    if (!last || Buffer.compare(start(next), end(last)) >= 0) {
      merged.push(next);
    } else if (Buffer.compare(end(next), end(last)) > 0) {
      merged[merged.length - 1] = between(last.low, last.lowInclusive, next.high, next.highInclusive);
    }
  }
  return merged;
}

/** The same interval among values that are written in descending order. */
export function descending({ low, lowInclusive, high, highInclusive }: Interval): Interval {
  return between(inverted(high), highInclusive, inverted(low), lowInclusive);
}

const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => ~byte & 0xff));

/** The bounds of a key that begins with a prefix and goes on with a value of the interval. */
export function keyRange(prefix: Buffer, interval: Interval): { start: Buffer; end: Buffer } {
  const low = Buffer.concat([prefix, interval.low]);
  const high = Buffer.concat([prefix, interval.high]);
  return {
    start: interval.lowInclusive ? low : after(low),
    end: interval.highInclusive ? after(high) : high,
  };
}
