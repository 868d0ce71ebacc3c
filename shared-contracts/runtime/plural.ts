const NUMBER = new Intl.NumberFormat('en-GB');

/** A number for people: `1,234`. */
export function numberText(value: number): string {
  return NUMBER.format(value);
}

/** A number and what it counts: `1 ticket`, `1,234 tickets`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}
