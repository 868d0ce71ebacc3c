import { Decimal128, Double, Int32, Long, Timestamp } from 'bson';

/**
 * A document in memory. Values are those of the `bson` package, except that an int32 and a double are plain numbers:
 * a whole number in the int32 range is an int32, every other number a double, and a double that is whole is a `Double`.
 */
export type Doc = { [field: string]: unknown };

/** A document or array that is not one of BSON's own value types (judged by prototype: a field cannot pretend). */
export function isDoc(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The number that an int32, a double or a long stands for (a long beyond 2^53 loses precision), else undefined. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Double || value instanceof Int32) return value.value;
  if (value instanceof Long && !(value instanceof Timestamp)) return value.toNumber();
  return undefined;
}

export function isNumeric(value: unknown): boolean {
  return numberOf(value) !== undefined || value instanceof Decimal128;
}

/** Whether an option is on: MongoDB takes booleans and numbers. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value !== 'boolean' && (numberOf(value) ?? 0) !== 0);
}

/** Sets a field that may be called `__proto__` without touching the prototype. */
export function setField(doc: Doc, field: string, value: unknown): void {
  if (field === '__proto__') {
    Object.defineProperty(doc, field, { value, enumerable: true, configurable: true, writable: true });
  } else {
    doc[field] = value;
  }
}

export function getField(doc: Doc, field: string): unknown {
  return Object.hasOwn(doc, field) ? doc[field] : undefined;
}
