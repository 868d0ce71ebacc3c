/** A row as it must stand in CSV: quoted where it must be, lists as JSON, and no cell that is a formula. */
export function csvLine(row: Readonly<Record<string, unknown>>): string {
  return Object.values(row)
    .map((value) => {
      const plain = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
      const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
