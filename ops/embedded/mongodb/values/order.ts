import { KeyWriter, TYPE, typeOrder } from './key-writer.ts';

/** Compares two values in BSON's order, across types; a missing value is null. Negative, zero or positive. */
export function compareValues(left: unknown, right: unknown): number {
  if (left === right) return 0;
  if (typeof left === 'number' && typeof right === 'number') {
    if (left < right) return -1;
    if (left > right) return 1;
    if (left === right) return 0;
    return Number.isNaN(left) ? (Number.isNaN(right) ? 0 : -1) : 1;
  }
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  const type = typeOrder(left);
  const other = typeOrder(right);
  if (type !== other) return type - other;
  if (type === TYPE.null) return 0;
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  return Buffer.compare(encodeValue(left), encodeValue(right));
}

export const equalValues = (left: unknown, right: unknown): boolean => compareValues(left, right) === 0;

/** The bytes whose order is BSON's order. */
export function encodeValue(value: unknown): Buffer {
  const writer = new KeyWriter();
  writer.value(value);
  return writer.take();
}

/** Orders texts by their UTF-8 bytes, as MongoDB does; JavaScript's own order differs beyond U+FFFF. */
function compareText(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    const high = (code: number): number => (code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code);
    return high(a) - high(b);
  }
  return left.length - right.length;
}
