import { badValue, CommandError, notImplemented, typeMismatch } from '../errors.ts';
import { createScope, type Scope } from '../expressions/expression.ts';
import type { Cursors } from '../query/cursors.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Collection } from '../storage/collection.ts';
import type { Store } from '../storage/store.ts';
import { type Doc, isDoc, isTrue, numberOf } from '../values/value.ts';

/** What every command works with. */
export type Node = {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  readonly counters: Counters;
  readonly now: () => number;
  readonly startedAt: number;
  readonly port: () => number;
  readonly dataDir: string;
  /** Says that something was dropped and space can be freed; resolves when all that was dropped by now is. */
  readonly sweep: () => Promise<void>;
};

type Counters = {
  connections: number;
  connectionsCreated: number;
  readonly operations: Map<string, number>;
};

/** One command as it came. */
export type Call = {
  readonly node: Node;
  readonly name: string;
  readonly database: string;
  readonly body: Doc;
  readonly connectionId: number;
};

/** What a command gives back beside `ok: 1`. */
export type Handler = (call: Call) => Promise<Doc> | Doc;

/** Fields that any command may carry and that change nothing here. */
const GENERIC: ReadonlySet<string> = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  '$audit',
  '$client',
  '$configServerState',
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'stmtId',
  'stmtIds',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'maxTimeMSOpOnly',
  'comment',
  'clientOperationKey',
  'mayBypassWriteBlocking',
  'serialization_context',
]);

/** Refuses every field that the command does not know: nothing is ignored. */
export function onlyFields(call: Call, ...known: string[]): void {
  for (const field of Object.keys(call.body)) {
    if (field === call.name || GENERIC.has(field) || known.includes(field)) continue;
    throw new CommandError(40415, `BSON field '${call.name}.${field}' is an unknown field.`);
  }
}

/** Refuses every field that the statements in a list of a command do not know. */
export function onlyStatementFields(call: Call, list: string, known: ReadonlySet<string>): void {
  for (const statement of requiredArray(call.body, list)) {
    if (!isDoc(statement))
      throw typeMismatch(`BSON field '${call.name}.${list}' holds something else than objects`);
    const unknown = Object.keys(statement).find((field) => !known.has(field));
    if (unknown === undefined) continue;
    throw new CommandError(40415, `BSON field '${call.name}.${list}.${unknown}' is an unknown field.`);
  }
}

/** The name of the collection that a command is about. */
export function collectionName(call: Call): string {
  const name = call.body[call.name];
  if (typeof name !== 'string') {
    throw new CommandError(73, `collection name has invalid type ${typeof name}`);
  }
  if (name === '') throw new CommandError(73, `Invalid namespace specified '${call.database}.'`);
  return name;
}

export const namespace = (call: Call): string => `${call.database}.${collectionName(call)}`;

export function findCollection(call: Call): Collection | undefined {
  return call.node.catalog.find(call.database, collectionName(call));
}

/** @throws CommandError NamespaceNotFound */
export function requiredCollection(call: Call): Collection {
  const collection = findCollection(call);
  if (!collection) throw new CommandError(26, `ns does not exist: ${namespace(call)}`);
  return collection;
}

export function requireAdmin(call: Call): void {
  if (call.database !== 'admin') {
    throw new CommandError(13, `${call.name} may only be run against the admin database.`);
  }
}

/** The divisor that sizes are shown with. */
export function scaleOf(call: Call): number {
  const scale = optionalNumber(call.body, 'scale') ?? 1;
  if (!(scale >= 1)) throw badValue('scale has to be a number >= 1');
  return scale;
}

/** A number that may be left out. */
export function optionalNumber(doc: Doc, field: string): number | undefined {
  const value = doc[field];
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  if (number === undefined) throw typeMismatch(`BSON field '${field}' is the wrong type, expected a number`);
  return number;
}

/** A whole number from 0 up that may be left out. */
export function optionalCount(doc: Doc, field: string): number | undefined {
  const number = optionalNumber(doc, field);
  if (number !== undefined && (number < 0 || !Number.isInteger(number))) {
    throw new CommandError(51024, `BSON field '${field}' value must be >= 0, actual value '${number}'`);
  }
  return number;
}

export function optionalDoc(doc: Doc, field: string): Doc | undefined {
  const value = doc[field];
  if (value === undefined || value === null) return undefined;
  if (!isDoc(value)) throw typeMismatch(`BSON field '${field}' is the wrong type, expected type 'object'`);
  return value;
}

export function requiredArray(doc: Doc, field: string): readonly unknown[] {
  const value = doc[field];
  if (value === undefined)
    throw new CommandError(40414, `BSON field '${field}' is missing but a required field`);
  if (!Array.isArray(value))
    throw typeMismatch(`BSON field '${field}' is the wrong type, expected type 'array'`);
  return value;
}

export function scopeOf(body: Doc): Scope {
  return createScope(optionalDoc(body, 'let') ?? {});
}

/** The time, as `Date.now()` tells it, when `maxTimeMS` is over. */
export function deadlineOf(body: Doc): number {
  const limit = optionalCount(body, 'maxTimeMS');
  return limit ? Date.now() + limit : Number.POSITIVE_INFINITY;
}

/** Only the plain order of bytes is there. */
export function refuseCollation(options: Doc): void {
  const collation = optionalDoc(options, 'collation');
  if (collation && collation.locale !== 'simple' && Object.keys(collation).length > 0) {
    throw notImplemented('A collation other than "simple"');
  }
}

export const flag = (doc: Doc, field: string, otherwise = false): boolean =>
  doc[field] === undefined ? otherwise : isTrue(doc[field]);

/** The session that a command belongs to. */
export function sessionOf(body: Doc): string | undefined {
  const lsid = body.lsid;
  return isDoc(lsid) ? String(lsid.id) : undefined;
}
