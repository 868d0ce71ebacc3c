import { badValue, CommandError, failedToParse } from '../errors.ts';
import type { Scope } from '../expressions/expression.ts';
import { compileFilter, type Filter } from '../filter/match.ts';
import { equalValues } from '../values/order.ts';
import { readDocument } from '../values/read.ts';
import { storedFrom } from '../values/stored.ts';
import { type Doc, isDoc } from '../values/value.ts';
import type { UpdateContext } from './change.ts';
import { compileOperators } from './operators.ts';
import { compileUpdatePipeline } from './pipeline.ts';
import { equalities } from './upsert.ts';

export type UpdateSpec = {
  readonly filter: Doc;
  readonly update: unknown;
  readonly arrayFilters: unknown;
  readonly multi: boolean;
  readonly scope: Scope;
  readonly now: Date;
};

/** A compiled update: from the bytes of a stored document to the bytes of the next. */
export type Update = {
  apply(bytes: Buffer): Buffer;
  /** The document that an upsert inserts. */
  insert(): { readonly bytes: Buffer; readonly id: unknown };
};

/** @throws CommandError when the update is not one that MongoDB would take. */
export function compileUpdate(spec: UpdateSpec): Update {
  const change = compileChange(spec);
  const filter = compileFilter(spec.filter, spec.scope);
  const context = (inserting: boolean): UpdateContext => ({ inserting, filter, now: spec.now });
  return {
    apply(bytes) {
      const old = readDocument(bytes);
      const id = old._id;
      const next = change(old, context(false));
      if (!('_id' in next)) return storedFrom({ _id: id, ...next });
      if (!equalValues(next._id, id)) throw immutableId();
      return storedFrom(next);
    },
    insert() {
      const base = equalities(spec.filter);
      const start = isReplacement(spec.update) ? ('_id' in base ? { _id: base._id } : {}) : base;
      const next = change(start, context(true));
      if ('_id' in start && '_id' in next && !equalValues(next._id, start._id)) throw immutableId();
      const bytes = storedFrom('_id' in start && !('_id' in next) ? { _id: start._id, ...next } : next);
      return { bytes, id: readDocument(bytes, { fields: new Set(['_id']) })._id };
    },
  };
}

const isReplacement = (update: unknown): update is Doc =>
  isDoc(update) && !Object.keys(update)[0]?.startsWith('$');

function compileChange(spec: UpdateSpec): (doc: Doc, context: UpdateContext) => Doc {
  const { update } = spec;
  if (Array.isArray(update)) {
    if (Array.isArray(spec.arrayFilters) && spec.arrayFilters.length > 0) {
      throw failedToParse('arrayFilters may not be specified for pipeline-syle updates');
    }
    return compileUpdatePipeline(update, spec.scope);
  }
  if (!isDoc(update)) throw failedToParse('Update argument must be either an object or an array');
  if (!isReplacement(update)) return compileOperators(update, arrayFilters(spec));
  if (spec.multi) throw failedToParse('multi update is not supported for replacement-style update');
  const dollar = Object.keys(update).find((field) => field.startsWith('$'));
  if (dollar)
    throw new CommandError(52, `The dollar ($) prefixed field '${dollar}' is not allowed in a replacement.`);
  return () => ({ ...update });
}

/** Identifier → the filter that an element must match. */
function arrayFilters({ arrayFilters: filters, scope }: UpdateSpec): Map<string, Filter> {
  const byName = new Map<string, Filter>();
  for (const filter of Array.isArray(filters) ? filters : []) {
    if (!isDoc(filter)) throw badValue('arrayFilters must be documents');
    const names = new Set(fieldsOf(filter).map((path) => path.split('.')[0] ?? ''));
    const [name] = names;
    if (name === undefined || names.size !== 1) {
      throw failedToParse('Error parsing array filter :: Expected a single top-level field name');
    }
    if (byName.has(name)) {
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    }
    byName.set(name, compileFilter(filter, scope));
  }
  return byName;
}

function fieldsOf(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([key, value]) =>
    key.startsWith('$') && Array.isArray(value) ? value.filter(isDoc).flatMap(fieldsOf) : [key],
  );
}

const immutableId = (): CommandError =>
  new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
