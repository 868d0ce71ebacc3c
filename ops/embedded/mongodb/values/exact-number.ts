import { Decimal128, Long } from 'bson';
import { numberOf } from './value.ts';

/** A number as the nearest double, and what orders it among the numbers that share that double. */
export type ExactNumber = {
  readonly double: number;
  /** Absent when the double is the number itself. */
  readonly rest?: { readonly above: boolean; readonly digits: Buffer };
};

/** Digits that a decimal128 can have. */
const DIGITS = 34;

/** Splits any BSON number so that int32, double, long and decimal128 compare with each other exactly. */
export function exactNumber(value: unknown): ExactNumber {
  if (typeof value === 'number') return { double: value };
  if (value instanceof Decimal128) return fromDecimal(value.toString());
  if (value instanceof Long) {
    const double = value.toNumber();
    return Number.isSafeInteger(double) ? { double } : compared(double, value.toBigInt(), 0);
  }
  if (typeof value === 'bigint') return compared(Number(value), value, 0);
  return { double: numberOf(value) ?? Number.NaN };
}

function fromDecimal(text: string): ExactNumber {
  const double = Number(text);
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!parts) return { double: text === 'Infinity' || text === '-Infinity' ? double : Number.NaN };
  const fraction = parts[3] ?? '';
  const coefficient = BigInt(`${parts[1]}${parts[2]}${fraction}`);
  return compared(double, coefficient, Number(parts[4] ?? 0) - fraction.length);
}

/** Compares coefficient × 10^exponent with the double that is nearest to it. */
function compared(double: number, coefficient: bigint, exponent: number): ExactNumber {
  if (coefficient === 0n) return { double: 0 };
  const order = orderAgainst(double, coefficient, exponent);
  if (order === 0) return { double };
  return { double, rest: { above: order > 0, digits: digitsOf(coefficient, exponent) } };
}

function orderAgainst(double: number, coefficient: bigint, exponent: number): number {
  if (double === Number.POSITIVE_INFINITY) return -1;
  if (double === Number.NEGATIVE_INFINITY) return 1;
  if (double === 0) return coefficient > 0n ? 1 : -1;
  const fraction = asFraction(double);
  let left = coefficient * fraction.denominator;
  let right = fraction.numerator;
  if (exponent >= 0) left *= 10n ** BigInt(exponent);
  else right *= 10n ** BigInt(-exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

function asFraction(double: number): { numerator: bigint; denominator: bigint } {
  let numerator = double;
  let denominator = 1n;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(numerator), denominator };
}

/** Orders numbers of one sign by magnitude: exponent of the first digit, then the digits; inverted when negative. */
function digitsOf(coefficient: bigint, exponent: number): Buffer {
  const negative = coefficient < 0n;
  const digits = (negative ? -coefficient : coefficient).toString();
  const bytes = Buffer.alloc(2 + DIGITS);
  bytes.writeUInt16BE(exponent + digits.length + 16384, 0);
  bytes.write(digits.padEnd(DIGITS, '0').slice(0, DIGITS), 2, 'latin1');
  if (negative) for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  return bytes;
}
