/**
 * One value of a query string or of URL parameters, trimmed: the first where a name is given twice, empty where it is
 * missing.
 */
export function param(values: unknown, name: string): string {
  if (typeof values !== 'object' || values === null) return '';
  const value: unknown = Reflect.get(values, name);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.trim() : '';
}
