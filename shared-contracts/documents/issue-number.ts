// The short number that customers and employees call an issue by: made from its id, so nothing counts and nothing stores it.

/** Crockford's digits: no letter that looks like a digit, none that spells a word with its neighbours by accident. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 9;
const BITS = 45n;
/** A number stands for the first bits of an id; the rest of the 128 is left out. */
const LEFT_OUT = 128n - BITS;

/** `7FK-2M9-Q3T`: 45 bits, so that of a million issues two hardly ever share one. */
export function numberOf(id: string): string {
  let bits = BigInt(`0x${id.replaceAll('-', '')}`) >> LEFT_OUT;
  let digits = '';
  for (let place = 0; place < LENGTH; place += 1) {
    digits = (DIGITS[Number(bits & 31n)] ?? '') + digits;
    bits >>= 5n;
  }
  return `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`;
}

/**
 * The ids that a number can stand for, as the first and the last of a range. Small letters, missing dashes and what is easily
 * misread (O for 0, I and L for 1) are taken as meant.
 *
 * @returns undefined when the text is no number.
 */
export function idsOfNumber(text: string): { readonly first: string; readonly last: string } | undefined {
  const digits = text
    .trim()
    .toUpperCase()
    .replace(/^#/, '')
    .replaceAll('-', '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (digits.length !== LENGTH || [...digits].some((digit) => !DIGITS.includes(digit))) return undefined;
  const bits = [...digits].reduce((sum, digit) => (sum << 5n) | BigInt(DIGITS.indexOf(digit)), 0n);
  return { first: asId(bits << LEFT_OUT), last: asId(((bits + 1n) << LEFT_OUT) - 1n) };
}

function asId(value: bigint): string {
  const hex = value.toString(16).padStart(32, '0');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-');
}
