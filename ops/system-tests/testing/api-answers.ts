// What the API of the analysts' site answers, as far as more than one test reads it.

export type FeedLine = Readonly<Record<string, unknown>>;

export function linesIn(body: unknown): readonly FeedLine[] {
  return Array.isArray(body) ? body : [];
}

export function readPage(body: unknown): { items: object[]; next: string | null } {
  const items: unknown = Reflect.get(Object(body), 'items');
  const next: unknown = Reflect.get(Object(body), 'next');
  return { items: Array.isArray(items) ? items : [], next: typeof next === 'string' ? next : null };
}

/** Status, code and challenge of a refusal. */
export async function problemOf(url: string, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(url, { headers, redirect: 'manual' });
  const problem: unknown = await answer.json();
  const code: unknown = Reflect.get(Object(problem), 'code');
  return [answer.status, code, answer.headers.get('www-authenticate')?.split(',')[0] ?? null];
}
