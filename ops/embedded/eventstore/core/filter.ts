import type { LogRecord } from '../log/record.ts';

/** Which events of `$all` somebody wants: by stream name or by event type, by prefixes or by a regular expression. */
export type EventFilter = {
  readonly on: 'stream' | 'type';
  readonly by: { readonly prefixes: readonly string[] } | { readonly regex: string };
};

export type Predicate = (record: LogRecord) => boolean;

/** @throws SyntaxError where the regular expression is none. */
export function filterPredicate(filter: EventFilter | undefined): Predicate {
  if (filter === undefined) return () => true;
  const matches = textPredicate(filter.by);
  return filter.on === 'stream' ? (record) => matches(record.stream) : (record) => matches(record.type);
}

function textPredicate(by: EventFilter['by']): (text: string) => boolean {
  if ('prefixes' in by) return (text) => by.prefixes.some((prefix) => text.startsWith(prefix));
  const regex = new RegExp(by.regex, 'u');
  return (text) => regex.test(text);
}
