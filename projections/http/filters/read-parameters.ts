// Parameters of a URL by their schema: the one that the OpenAPI document shows is the one that they are checked by.
import type { Static, TObject, TSchema } from 'typebox';
import Value from 'typebox/value';
import { RequestProblem } from '../request-problem.ts';

/**
 * Numbers are read from their texts; an empty value is no value, since that is how a form sends what nobody chose. A schema
 * says in `mustBe` what fits, where its choices or its limits do not say it.
 *
 * @param what what the parameters are called in sentences.
 * @throws RequestProblem 400 for a parameter that does not exist, stands there twice, or is not what it must be.
 */
export function readParameters<Schema extends TObject>(
  schema: Schema,
  query: Readonly<Record<string, unknown>>,
  what: 'filter' | 'parameter' = 'parameter',
): Static<Schema> {
  const fields = new Map(Object.entries<TSchema>(schema.properties));
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(query)) {
    const field = fields.get(name);
    if (field === undefined) {
      throw new RequestProblem('unknown-parameter', `There is no ${what} “${name}”.`, {
        parameter: name,
      });
    }
    if (typeof text !== 'string') {
      const sentence = `“${name}” can be given once only.`;
      throw new RequestProblem('repeated-parameter', sentence, { parameter: name });
    }
    if (text === '') continue;
    const value = readValue(field, text);
    if (!Value.Check(field, value)) throw badParameter(name, mustBe(field), what);
    values[name] = value;
  }
  if (!Value.Check(schema, values)) throw new TypeError('A parameter that must be there cannot be read.');
  return values;
}

/** What is thrown for a parameter that is not what it must be. */
export function badParameter(name: string, expected: string, what = 'parameter'): RequestProblem {
  const sentence = `The ${what} “${name}” must be ${expected}.`;
  return new RequestProblem('bad-parameter', sentence, { parameter: name });
}

function readValue(field: TSchema, text: string): unknown {
  if (Reflect.get(field, 'type') !== 'integer') return text;
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function mustBe(field: TSchema): string {
  const own: unknown = Reflect.get(field, 'mustBe');
  if (typeof own === 'string') return own;
  const choices: unknown = Reflect.get(field, 'enum');
  if (Array.isArray(choices)) return `one of ${choices.join(', ')}`;
  const least: unknown = Reflect.get(field, 'minimum');
  const most: unknown = Reflect.get(field, 'maximum');
  return `a whole number from ${least} to ${most}`;
}
