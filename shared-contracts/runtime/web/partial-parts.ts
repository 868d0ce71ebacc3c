import { linkWith } from './query.ts';

type Choice = { readonly value: string; readonly label: string; readonly chosen: boolean };

/** What `field.hbs` writes: one of `textarea`, `choices`, `checkbox` and `input` decides the kind of control. */
export type FieldParts = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly value: string;
  readonly hint: string;
  readonly error: string;
  readonly describedBy: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly placeholder: string;
  readonly autocomplete: string;
  readonly rows: string;
  readonly choices: readonly Choice[] | undefined;
  readonly textarea: boolean;
  readonly checkbox: boolean;
  readonly input: boolean;
};

/** Works out a field from what a template gave to `field.hbs`: a form that came back wins over the first `value`. */
export function fieldParts(parameters: unknown): FieldParts {
  const name = textAt(parameters, 'name');
  const type = textAt(parameters, 'type') || 'text';
  const form = valueAt(parameters, 'form');
  const id = textAt(parameters, 'id') || `field-${name}`;
  const hint = textAt(parameters, 'hint');
  const error = textAt(valueAt(form, 'errors'), name);
  const value = form ? textAt(valueAt(form, 'values'), name) : textAt(parameters, 'value');
  const choices = choicesOf(parameters, value);
  const textarea = type === 'textarea';
  const checkbox = type === 'checkbox';
  return {
    id,
    name,
    label: textAt(parameters, 'label'),
    type,
    // A password is never sent back to the page.
    value: type === 'password' ? '' : value,
    hint,
    error,
    describedBy: [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' '),
    required: valueAt(parameters, 'required') === true,
    optional: valueAt(parameters, 'optional') === true,
    placeholder: textAt(parameters, 'placeholder'),
    autocomplete: textAt(parameters, 'autocomplete'),
    rows: textAt(parameters, 'rows') || '6',
    choices,
    textarea,
    checkbox,
    input: !textarea && !checkbox && choices === undefined,
  };
}

function choicesOf(parameters: unknown, value: string): Choice[] | undefined {
  const given = valueAt(parameters, 'choices');
  if (!Array.isArray(given)) return undefined;
  const blank = textAt(parameters, 'blank');
  const first = blank === '' ? [] : [{ value: '', label: blank, chosen: value === '' }];
  const rest = given.map((choice: unknown) => {
    const own = typeof choice === 'string' ? choice : textAt(choice, 'value');
    return { value: own, label: textAt(choice, 'label') || own, chosen: own === value };
  });
  return [...first, ...rest];
}

/** The sentence above a form that came back; empty for one that has nothing wrong. */
export function problemOf(form: unknown): string {
  const errors = valueAt(form, 'errors');
  if (typeof errors !== 'object' || errors === null || Object.keys(errors).length === 0) return '';
  return (
    textAt(errors, '_form') ||
    textAt(errors, 'commandId') ||
    textAt(errors, 'seenRevision') ||
    'Some fields need another look. Nothing was saved yet, and what you typed is still here.'
  );
}

/** The links of `pager.hbs`: they keep the other parameters of the page. */
export function pagerParts(parameters: unknown, query: Readonly<Record<string, unknown>>) {
  const parameter = textAt(parameters, 'parameter') || 'page';
  const link = (direction: 'previous' | 'next') => {
    const value = textAt(parameters, direction);
    return value === '' ? undefined : linkWith(query, { [parameter]: value });
  };
  const previous = link('previous');
  const next = link('next');
  const text = textAt(parameters, 'text');
  return previous || next || text ? { previous, next, text } : undefined;
}

function valueAt(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
    ? Reflect.get(holder, name)
    : undefined;
}

function textAt(holder: unknown, name: string): string {
  const value = valueAt(holder, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
