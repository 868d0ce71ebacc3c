import type { TSchema } from 'typebox';

const NUMBER = new Intl.NumberFormat('en-GB');

/** The part of a validation error that a sentence depends on. */
type FieldError = { readonly keyword: string; readonly params: object };

/** Says in people's language what is wrong with a field; a missing one has neither value nor error. */
export function sentenceFor(field: TSchema, value: unknown, error: FieldError | undefined): string {
  if (error?.keyword === 'maxLength') return tooLong(value, error);
  const own: unknown = Reflect.get(field, 'errorMessage');
  if (typeof own === 'string') return own;
  if (error === undefined) return isChoice(field) ? 'Please choose one.' : 'Please fill this in.';
  const limit = limitOf(error);
  switch (error.keyword) {
    case 'minLength':
      return `Please write at least ${limit} characters; this has ${lengthOf(value)}.`;
    case 'format':
    case 'pattern':
      return formatSentence(field);
    case 'minimum':
      return `Please enter a number that is at least ${limit}.`;
    case 'maximum':
      return `Please enter a number that is at most ${limit}.`;
    case 'minItems':
      return `Please choose at least ${limit}.`;
    case 'maxItems':
      return `Please choose at most ${limit}.`;
    case 'enum':
    case 'const':
    case 'anyOf':
      return 'Please choose one of the list.';
    case 'type':
      return typeSentence(field, value);
    default:
      return 'This does not look right. Please check it.';
  }
}

function tooLong(value: unknown, error: FieldError): string {
  return `This is ${lengthOf(value)} characters long; the limit is ${limitOf(error)}. Please shorten it.`;
}

function formatSentence(field: TSchema): string {
  if (Reflect.get(field, 'format') !== 'email') return 'This does not have the right form. Please check it.';
  return 'This is not an e-mail address. It should look like name@example.com.';
}

function typeSentence(field: TSchema, value: unknown): string {
  if (Array.isArray(value)) return 'Please fill this in once only.';
  const kind: unknown = Reflect.get(field, 'type');
  if (kind === 'integer') return 'Please enter a whole number.';
  if (kind === 'number') return 'Please enter a number.';
  return 'This does not look right. Please check it.';
}

function isChoice(field: TSchema): boolean {
  return Reflect.has(field, 'enum') || Reflect.has(field, 'anyOf') || Reflect.has(field, 'const');
}

function limitOf(error: FieldError): string {
  const limit: unknown = Reflect.get(error.params, 'limit');
  return typeof limit === 'number' ? NUMBER.format(limit) : String(limit);
}

function lengthOf(value: unknown): string {
  return NUMBER.format(typeof value === 'string' ? [...value].length : 0);
}
