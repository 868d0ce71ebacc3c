import { type TSchema, Type } from 'typebox';

/** The branches of a field: itself, or where it may be null, what it is otherwise. */
export function branchesOf(schema: TSchema): readonly TSchema[] {
  return Type.IsUnion(schema) ? schema.anyOf : [schema];
}
