import { collectFields } from '../expressions/expression.ts';
import { compileFilter } from '../filter/match.ts';
import { type Doc, isDoc, isTrue } from '../values/value.ts';
import type { StageSpec } from './stage-spec.ts';

/**
 * The top-level fields of the source that a pipeline reads, so that only these are decoded; undefined when every field may
 * reach the result. Stages that are not understood here count as reading everything.
 */
export function neededFields(stages: readonly StageSpec[]): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  for (const { name, argument } of stages) {
    switch (name) {
      case '$match': {
        const needs = isDoc(argument) ? compileFilter(argument).needs : undefined;
        if (!needs) return undefined;
        for (const field of needs) fields.add(field);
        break;
      }
      case '$sort':
        for (const path of Object.keys(isDoc(argument) ? argument : {})) fields.add(topLevel(path));
        break;
      case '$limit':
      case '$skip':
        break;
      case '$unwind': {
        const path = isDoc(argument) ? argument.path : argument;
        if (!collectFields(path, fields)) return undefined;
        break;
      }
      case '$addFields':
      case '$set':
        if (!collectFields(argument, fields)) return undefined;
        for (const path of Object.keys(isDoc(argument) ? argument : {})) fields.add(topLevel(path));
        break;
      case '$group':
      case '$sortByCount':
        return collectFields(argument, fields) ? fields : undefined;
      case '$count':
        return fields;
      case '$project':
        return isDoc(argument) && readsOnly(argument, fields) ? fields : undefined;
      default:
        return undefined;
    }
  }
  return undefined;
}

const topLevel = (path: string): string => path.split('.')[0] ?? '';

/** Adds what an inclusive projection reads; false when the projection keeps fields that it does not name. */
function readsOnly(projection: Doc, fields: Set<string>): boolean {
  const excludes = Object.entries(projection).some(
    ([path, value]) =>
      path !== '_id' && (typeof value === 'number' || typeof value === 'boolean') && !isTrue(value),
  );
  if (excludes || (Object.keys(projection).length === 1 && '_id' in projection && !isTrue(projection._id)))
    return false;
  fields.add('_id');
  for (const path of Object.keys(projection)) fields.add(topLevel(path));
  return collectFields(projection, fields);
}
