import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { v5, validate } from 'uuid';

const NAMESPACE = '5b0e0a3c-2a3b-5c53-9b59-6d6f6b7f4d0e';

/** The field that `form-tokens.hbs` puts into a form. Put it into the form's schema under the name `commandId`. */
export const CommandId = Type.String({
  format: 'uuid',
  errorMessage: 'This form is not complete. Please reload the page and send it again.',
});

/** A form that asks for nothing but to be sent: a button. */
export const JustDo = Type.Object({ commandId: CommandId });

/** The id for a form that is about to be shown: the one that came with it, so that sending it again is the same command. */
export function commandIdFor(form: unknown): string {
  const typed = valueAt(valueAt(form, 'values'), 'commandId');
  return typeof typed === 'string' && validate(typed) ? typed : randomUUID();
}

/**
 * The id of the command that a form asks for. The same form with the same content is the same command, however often it
 * arrives. A form that the browser's *back* brought up again and that was then changed is another one.
 */
export function commandIdOf<Values extends { readonly commandId: string }>(values: Values): string {
  const fields = Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
  return v5(JSON.stringify(fields), NAMESPACE);
}

function valueAt(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined;
}
