/** One line of CSV (RFC 4180). What a spreadsheet would take for a formula is made text by an apostrophe. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

const FORMULA = /^[\s]*[=+\-@|%\t\r]/;

function field(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
