import type { Static, TObject, TSchema } from 'typebox';
import Type from 'typebox';
import Value from 'typebox/value';
import { EMAIL_PATTERN, LIMITS } from '../../messages/fields.ts';
import { sentenceFor } from './form-sentences.ts';

/** What was typed into a form, field by field, exactly as it came. */
export type TypedValues = Readonly<Record<string, string | readonly string[]>>;

/** What a page needs to show a form again: `field.hbs` takes it as `form`. The error of `_form` is about the whole form. */
export type FormState = {
  readonly values: TypedValues;
  readonly errors: Readonly<Record<string, string>>;
};

/** A form that was read. `typed` lets the page show the form again when the command is refused after all. */
export type ParsedForm<Values> =
  | { readonly ok: true; readonly values: Values; readonly typed: TypedValues }
  | ({ readonly ok: false } & FormState);

/** A field for an e-mail address. */
export function emailField<Options extends object>(options: Options) {
  return Type.String({
    format: 'email',
    pattern: EMAIL_PATTERN,
    maxLength: LIMITS.email,
    ...options,
  });
}

/**
 * Reads a posted form. Texts are trimmed, their line ends become `\n`, and what is empty counts as not given. Numbers,
 * yes/no fields (check boxes) and lists are read from their texts. Fields that the schema does not have are dropped.
 *
 * The sentence for a field that is wrong is its schema's `errorMessage` (too long has a sentence of its own), else a
 * general one. A field whose schema says `verbatim: true` (a password) is taken as it is.
 */
export function parseForm<Schema extends TObject>(schema: Schema, body: unknown): ParsedForm<Static<Schema>> {
  const typed: Record<string, string | readonly string[]> = {};
  const errors: Record<string, string> = {};
  const candidate: Record<string, unknown> = {};
  const required = new Set<string>(schema.required ?? []);
  for (const [name, field] of Object.entries<TSchema>(schema.properties)) {
    const raw = rawValue(body, name);
    if (raw !== undefined) typed[name] = raw;
    const value = readField(field, raw);
    if (value === undefined) {
      if (required.has(name)) errors[name] = sentenceFor(field, undefined, undefined);
    } else if (Value.Check(field, value)) {
      candidate[name] = value;
    } else {
      errors[name] = sentenceFor(field, value, Value.Errors(field, value)[0]);
    }
  }
  if (Object.keys(errors).length === 0 && Value.Check(schema, candidate)) {
    return { ok: true, values: candidate, typed };
  }
  if (Object.keys(errors).length === 0) errors._form = 'This form is not complete. Please check all of it.';
  return { ok: false, values: typed, errors };
}

function rawValue(body: unknown, name: string): string | readonly string[] | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const raw: unknown = Reflect.get(body, name);
  if (typeof raw === 'string') return raw;
  return Array.isArray(raw) ? raw.filter((item) => typeof item === 'string') : undefined;
}

function readField(field: TSchema, raw: string | readonly string[] | undefined): unknown {
  const kind: unknown = Reflect.get(field, 'type');
  if (kind === 'array') {
    const items = typeof raw === 'string' ? [raw] : (raw ?? []);
    return items.map(cleanText).filter((item) => item !== '');
  }
  if (kind === 'boolean') return raw !== undefined && raw !== '' && raw !== 'false';
  if (raw === undefined || typeof raw !== 'string') return raw;
  if (Reflect.get(field, 'verbatim') === true) return raw === '' ? undefined : raw;
  const text = cleanText(raw);
  if (text === '') return undefined;
  if ((kind === 'number' || kind === 'integer') && /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text))
    return Number(text);
  return text;
}

/** Reads the posted forms of one kind, as `parseForm` does. */
export function formReader<Schema extends TObject>(
  schema: Schema,
): (body: unknown) => ParsedForm<Static<Schema>> {
  return (body) => parseForm(schema, body);
}

/** A form that was refused after all: as it was typed, with a sentence about one of its fields, or about the whole form. */
export function refusedForm(
  { typed }: { readonly typed: TypedValues },
  sentence: string,
  field = '_form',
): FormState {
  return { values: typed, errors: { [field]: sentence } };
}

/**
 * Control characters are no text: nobody types them, and databases, mails and terminals choke on them. Nor are more than thirty
 * marks on one letter (UAX #15, Stream-Safe Text Format), which take normalization a time that grows with their square.
 */
function cleanText(text: string): string {
  return (
    text
      .replace(/(\p{M}{30})\p{M}+/gu, '$1')
      .normalize('NFC')
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
      .trim()
  );
}
