import type { TObject, TSchema } from 'typebox';

/** What a reader of a contract is told about one field. */
export type FieldFacts = {
  /** Nested fields have a dot: `origin.stream`. */
  readonly name: string;
  /** In words: `text of 1 to 200 characters, or null`. */
  readonly type: string;
  /** What the field is marked as: `personal`, `secret`. */
  readonly marks: readonly string[];
  readonly meaning: string;
};

/** The fields of a contract, in their order; the fields of an object stand behind it. */
export function describeFields(schema: TObject, parent = ''): readonly FieldFacts[] {
  const required: readonly string[] = schema.required ?? [];
  return Object.entries<TSchema>(schema.properties).flatMap(([key, field]) => {
    const name = `${parent}${key}`;
    const type = `${typeOf(field)}${required.includes(key) ? '' : ', may be missing'}`;
    const marks = [field, ...branchesOf(field)].flatMap(marksOf);
    const described = { name, type, marks: [...new Set(marks)], meaning: textOf(field, 'description') ?? '' };
    return [described, ...(isObject(field) ? describeFields(field, `${name}.`) : [])];
  });
}

function typeOf(schema: TSchema): string {
  const branches = branchesOf(schema);
  if (branches.length > 0) return branches.map(typeOf).join(', or ');
  const choices = keyword(schema, 'enum');
  if (Array.isArray(choices)) return `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  switch (keyword(schema, 'type')) {
    case 'string':
      return stringType(schema);
    case 'integer': {
      const minimum = keyword(schema, 'minimum');
      return minimum === undefined ? 'whole number' : `whole number from ${minimum}`;
    }
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array': {
      const items = keyword(schema, 'items');
      return isSchema(items) ? `list of: ${typeOf(items)}` : 'list';
    }
    case 'object':
      return 'object';
    default:
      return 'anything';
  }
}

function stringType(schema: TSchema): string {
  const format = textOf(schema, 'format');
  const most = keyword(schema, 'maxLength');
  const limit =
    typeof most === 'number' ? ` of ${keyword(schema, 'minLength') ?? 0} to ${most} characters` : '';
  switch (format) {
    case undefined:
      return `text${limit}`;
    case 'uuid':
      return 'UUID';
    case 'date-time':
      return 'date and time (RFC 3339)';
    case 'email':
      return `e-mail address${limit}`;
    default:
      return `text in the format ${format}${limit}`;
  }
}

/** `x-personal: true` marks a field as `personal`. */
function marksOf(schema: TSchema): readonly string[] {
  return Object.entries(schema)
    .filter(([key, value]) => key.startsWith('x-') && value === true)
    .map(([key]) => key.slice(2));
}

function branchesOf(schema: TSchema): readonly TSchema[] {
  const branches = keyword(schema, 'anyOf');
  return Array.isArray(branches) ? branches.filter(isSchema) : [];
}

function isObject(schema: TSchema): schema is TObject {
  return isSchema(keyword(schema, 'properties'));
}

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null;
}

function textOf(schema: TSchema, name: string): string | undefined {
  const value = keyword(schema, name);
  return typeof value === 'string' ? value : undefined;
}

function keyword(schema: TSchema, name: string): unknown {
  return Reflect.get(schema, name);
}
