// Finds the fields of a message that are marked as personal: the one place that knows where in a schema a mark may stand.
import { type TObject, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';

/** What a text reads as once its subject was erased. */
export const ERASED_TEXT = '[erased]';
/** What an address reads as once its subject was erased; nothing can be delivered to it (RFC 2606). */
export const ERASED_EMAIL = 'erased@erased.invalid';

type Data = Readonly<Record<string, unknown>>;

/** The marked fields of one schema. A field that is null or not there holds nothing, and is left alone. */
export type PersonalFields = {
  /** Whether the data holds anything personal. */
  isIn(data: unknown): boolean;
  /**
   * A copy in which the value of each marked field is what `change` makes of it.
   *
   * @param change is given the value and its place as a JSON pointer (RFC 6901), for example `/email`.
   */
  replaceIn(data: Data, change: (value: unknown, pointer: string) => unknown): Data;
  /** A copy in which each marked field is what it reads as once erased; that keeps the schema. */
  eraseIn(data: unknown): unknown;
};

/** What is marked in one part of a schema: the part itself, or something inside it. */
type Marked =
  | { readonly kind: 'field'; readonly erased: unknown }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [name: string, marked: Marked])[] }
  | { readonly kind: 'array'; readonly items: Marked };

type Change = (value: unknown, pointer: string, erased: unknown) => unknown;

/**
 * Reads the marks of a schema, once, on first use. They may stand on fields, on fields of nested objects, on items of
 * arrays, and in `Nullable`; elsewhere (in a record, in a union of several) the whole is to be marked.
 *
 * @throws TypeError on first use, when a mark stands elsewhere, or a field has nothing to read as once it is erased.
 */
export function personalFieldsOf(schema: TObject): PersonalFields {
  let known: { readonly marked: Marked | undefined } | undefined;
  const replaced = (data: unknown, change: Change) => {
    known ??= { marked: markedIn(schema, '') };
    return known.marked === undefined ? data : replace(known.marked, data, '', change);
  };
  return {
    isIn: (data) => {
      let found = false;
      replaced(data, (value) => {
        found = true;
        return value;
      });
      return found;
    },
    replaceIn: (data, change) => {
      const copy = replaced(data, change);
      return isData(copy) ? copy : data;
    },
    eraseIn: (data) => replaced(data, (_value, _pointer, erased) => erased),
  };
}

function replace(marked: Marked, value: unknown, pointer: string, change: Change): unknown {
  if (value === null || value === undefined) return value;
  switch (marked.kind) {
    case 'field':
      return change(value, pointer, marked.erased);
    case 'array':
      if (!Array.isArray(value)) return value;
      return value.map((item, index) => replace(marked.items, item, `${pointer}/${index}`, change));
    case 'object': {
      if (!isData(value)) return value;
      const copy = { ...value };
      for (const [name, field] of marked.fields) {
        if (Object.hasOwn(copy, name))
          copy[name] = replace(field, copy[name], pointerTo(pointer, name), change);
      }
      return copy;
    }
  }
}

/** The pointer to a field of what another pointer leads to. */
export function pointerTo(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function markedIn(schema: TSchema, pointer: string): Marked | undefined {
  if (isMarked(schema)) return { kind: 'field', erased: erasedOf(schema, pointer) };
  if (Type.IsObject(schema)) {
    const fields = Object.entries(schema.properties).flatMap(([name, field]) => {
      const marked = markedIn(field, pointerTo(pointer, name));
      return marked === undefined ? [] : [[name, marked] as const];
    });
    return fields.length === 0 ? undefined : { kind: 'object', fields };
  }
  if (Type.IsArray(schema)) {
    const items = markedIn(schema.items, `${pointer}/*`);
    return items === undefined ? undefined : { kind: 'array', items };
  }
  if (Type.IsUnion(schema)) {
    const [branch, ...others] = schema.anyOf.filter((each) => !Type.IsNull(each));
    if (branch !== undefined && others.length === 0) return markedIn(branch, pointer);
  }
  if (JSON.stringify(schema).includes('"x-personal":true')) {
    throw new TypeError(`${pointer}: a mark cannot stand inside of this; mark the whole as personal`);
  }
  return undefined;
}

function isMarked(schema: TSchema): boolean {
  return 'x-personal' in schema && schema['x-personal'] === true;
}

function erasedOf(schema: TSchema, pointer: string): unknown {
  const candidates = 'x-erased' in schema ? [schema['x-erased']] : [ERASED_TEXT, ERASED_EMAIL];
  for (const candidate of candidates) if (Check(schema, candidate)) return candidate;
  throw new TypeError(`${pointer}: say what this field reads as once it is erased: Personal(schema, erased)`);
}

function isData(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
