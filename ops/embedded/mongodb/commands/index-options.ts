import { CommandError, notImplemented } from '../errors.ts';
import { asFilter, compileFilter } from '../filter/match.ts';
import type { IndexSpec } from '../storage/index-definition.ts';
import { encodeValue } from '../values/order.ts';
import { type Doc, isDoc, numberOf } from '../values/value.ts';
import { flag, optionalNumber, refuseCollation } from './command.ts';

/** An index as a client asks for it. */
export type WantedIndex = Omit<IndexSpec, 'id'>;

const KNOWN: ReadonlySet<string> = new Set([
  ...['key', 'name', 'unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'background', 'v'],
  ...['collation', 'ns', 'hidden'],
]);
const ABSENT: ReadonlySet<string> = new Set([
  ...['weights', 'default_language', 'language_override', 'textIndexVersion', '2dsphereIndexVersion', 'bits'],
  ...['min', 'max', 'wildcardProjection', 'storageEngine', 'prepareUnique', 'clustered'],
]);

/** @throws CommandError for options that are wrong or that are not here. */
export function parseIndex(spec: unknown): WantedIndex {
  if (!isDoc(spec)) throw new CommandError(14, 'The elements of the indexes array must be objects');
  for (const field of Object.keys(spec)) {
    if (ABSENT.has(field)) throw notImplemented(`The index option ${field}`);
    if (!KNOWN.has(field)) {
      throw new CommandError(197, `The field '${field}' is not valid for an index specification`);
    }
  }
  if (flag(spec, 'hidden')) throw notImplemented('A hidden index');
  refuseCollation(spec);
  if (typeof spec.name !== 'string' || spec.name === '') {
    throw new CommandError(9, "The 'name' field is a required property of an index specification");
  }
  const key = parseKey(spec.key);
  const expires = optionalNumber(spec, 'expireAfterSeconds');
  if (expires !== undefined) checkExpiry(expires, key);
  const partial = spec.partialFilterExpression;
  if (partial !== undefined) {
    if (flag(spec, 'sparse'))
      throw new CommandError(67, 'cannot mix "partialFilterExpression" and "sparse" options');
    compileFilter(asFilter(partial, 'partialFilterExpression'));
  }
  return {
    name: spec.name,
    key,
    unique: flag(spec, 'unique'),
    sparse: flag(spec, 'sparse'),
    ...(isDoc(partial) ? { partialFilterExpression: partial } : {}),
    ...(expires === undefined ? {} : { expireAfterSeconds: expires }),
  };
}

function parseKey(key: unknown): Record<string, 1 | -1> {
  const fields = isDoc(key) ? Object.entries(key) : [];
  if (fields.length === 0) throw new CommandError(67, 'Index keys cannot be an empty object');
  if (fields.length > 32) throw new CommandError(67, 'An index has at most 32 fields');
  const parsed: Record<string, 1 | -1> = {};
  for (const [field, direction] of fields) {
    if (typeof direction === 'string') throw notImplemented(`An index of the type "${direction}"`);
    if (field.includes('$')) throw notImplemented(`An index on '${field}'`);
    if (field === '' || field.split('.').includes('')) {
      throw new CommandError(67, `An index field must not be empty: '${field}'`);
    }
    const number = numberOf(direction);
    if (!number) throw new CommandError(67, 'Values in the index key pattern must be numbers other than 0');
    parsed[field] = number > 0 ? 1 : -1;
  }
  return parsed;
}

function checkExpiry(seconds: number, key: Readonly<Record<string, 1 | -1>>): void {
  if (!(seconds >= 0 && seconds <= 2 ** 31 - 1)) {
    throw new CommandError(67, 'TTL index expireAfterSeconds must be within 0 and 2147483647');
  }
  if (Object.keys(key).length !== 1 || '_id' in key) {
    throw new CommandError(67, 'TTL indexes are single-field indexes, and not on _id');
  }
}

/** Whether two indexes are the same but for their names. */
export function sameIndex(a: WantedIndex, b: WantedIndex): boolean {
  const isId = (index: WantedIndex): boolean => JSON.stringify(index.key) === '{"_id":1}';
  if (isId(a) && isId(b)) return true;
  return encodeValue(optionsOf(a)).equals(encodeValue(optionsOf(b)));
}

const optionsOf = ({
  key,
  unique,
  sparse,
  partialFilterExpression,
  expireAfterSeconds,
}: WantedIndex): Doc => ({
  key: { ...key },
  unique,
  sparse,
  partialFilterExpression,
  expireAfterSeconds,
});

/** An index as `listIndexes` shows it. */
export function showIndex({
  key,
  name,
  unique,
  sparse,
  partialFilterExpression,
  expireAfterSeconds,
}: WantedIndex): Doc {
  return {
    v: 2,
    key: { ...key },
    name,
    ...(unique && name !== '_id_' ? { unique } : {}),
    ...(sparse ? { sparse } : {}),
    ...(partialFilterExpression ? { partialFilterExpression } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  };
}

export const describeIndex = (index: WantedIndex): string => JSON.stringify(showIndex(index));
