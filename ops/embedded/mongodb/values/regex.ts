import { BSONRegExp } from 'bson';
import { CommandError } from '../errors.ts';

/** The JavaScript form of a regular expression that came over the wire. @throws CommandError when it has none. */
export function toRegExp(pattern: unknown, options = ''): RegExp {
  if (pattern instanceof RegExp) return options ? new RegExp(pattern.source, options) : pattern;
  const source = pattern instanceof BSONRegExp ? pattern.pattern : pattern;
  const flags = options || (pattern instanceof BSONRegExp ? pattern.options : '');
  if (typeof source !== 'string') throw new CommandError(2, '$regex has to be a string');
  if (/[^imsu]/.test(flags)) {
    throw new CommandError(51108, `invalid flag in regex options: ${flags} (i, m, s and u are supported)`);
  }
  try {
    return new RegExp(source, [...new Set(flags)].join(''));
  } catch (cause) {
    throw new CommandError(51091, `Regular expression is invalid: ${String(cause)}`);
  }
}

export const isRegex = (value: unknown): boolean => value instanceof BSONRegExp || value instanceof RegExp;

/** The text that every match of an anchored expression begins with, '' when there is none. */
export function literalPrefix(regex: RegExp): string {
  if (regex.flags !== '' || !regex.source.startsWith('^') || regex.source.includes('|')) return '';
  const literal = /^\^((?:[\w\s@:/#,;<>=!~'"&%-]|\\[^\w\s])*)/.exec(regex.source);
  const text = literal?.[1] ?? '';
  const next = regex.source[1 + text.length];
  const kept = next !== undefined && '*?{+'.includes(next) ? text.replace(/(?:\\.|[^\\])$/s, '') : text;
  return kept.replace(/\\(.)/g, '$1');
}
