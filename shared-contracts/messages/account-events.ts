// What is kept about accounts beside the employees themselves: who tried to sign in, and that there is an administrator.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import { Uuid } from './fields.ts';

const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
const Site = Type.Enum(['backoffice', 'analysts', 'console']);

export const SignInTried = defineMessage({
  type: 'SignInTried',
  meaning: 'Somebody gave a password for the account; it is written before the password is looked at.',
  schema: Type.Object({ employeeId: Uuid, site: Site }),
  example: { employeeId, site: 'backoffice' },
});

const SignInSucceeded = defineMessage({
  type: 'SignInSucceeded',
  meaning: 'The password was right.',
  schema: Type.Object({ employeeId: Uuid, site: Site }),
  example: { employeeId, site: 'backoffice' },
});

export const SIGN_IN_EVENTS = [SignInTried, SignInSucceeded] as const;
export type SignInEvent = MessageOf<(typeof SIGN_IN_EVENTS)[number]>;

export const FirstAdminNamed = defineMessage({
  type: 'FirstAdminNamed',
  meaning: 'There is an administrator, so that settings name no other.',
  schema: Type.Object({ employeeId: Uuid }),
  example: { employeeId },
});
