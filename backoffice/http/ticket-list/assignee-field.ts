// Who looks after tickets, as forms name them: `me`, `nobody`, or the id of an employee.
import Type from 'typebox';
import type { Choice } from '../colleagues.ts';
import { ID_PATTERN } from './id-pattern.ts';

export function assigneeField(errorMessage: string) {
  return Type.Optional(Type.String({ pattern: `^(me|nobody|${ID_PATTERN})$`, errorMessage }));
}

export function assigneeChoices(employees: readonly Choice[]): readonly Choice[] {
  return [{ value: 'me', label: 'Me' }, { value: 'nobody', label: 'Nobody' }, ...employees];
}

/** The id of the employee who is meant; null for nobody. */
export function assigneeIn(choice: string, me: string): string | null {
  if (choice === 'me') return me;
  return choice === 'nobody' ? null : choice;
}
