// What happens to an employee: the streams `employee-{employeeId}`, appended to by the back office; by every site when
// somebody changes their own password, and by the command line when it makes an administrator.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import {
  EmailField,
  Instant,
  LIMITS,
  Meaning,
  Nullable,
  Personal,
  RolesField,
  Secret,
  Uuid,
} from './fields.ts';

const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';

const EmployeeRegistered = defineMessage({
  type: 'EmployeeRegistered',
  meaning: 'An employee was registered and can be given tickets.',
  schema: Type.Object({
    employeeId: Meaning(Uuid, 'Made from a keyed hash of the address, so that it finds the account.'),
    name: Personal(Type.String({ minLength: 1, maxLength: LIMITS.name })),
    email: EmailField,
    roles: RolesField,
  }),
  example: { employeeId, name: 'Ada Osei', email: 'ada@example.org', roles: ['agent'] },
});

const EmployeeRolesChanged = defineMessage({
  type: 'EmployeeRolesChanged',
  meaning: 'The employee has these roles now, and no others.',
  schema: Type.Object({ employeeId: Uuid, roles: RolesField }),
  example: { employeeId, roles: ['agent', 'analyst'] },
});

const EmployeePasswordSet = defineMessage({
  type: 'EmployeePasswordSet',
  meaning:
    'The employee signs in with this password from now on; whoever was signed in with another is no longer.',
  schema: Type.Object({
    employeeId: Uuid,
    passwordHash: Secret(
      Meaning(
        Type.String({ pattern: '^\\$argon2id\\$', maxLength: 200 }),
        'Argon2id with its parameters and salt, in the PHC string format.',
      ),
    ),
    temporaryUntil: Meaning(
      Nullable(Instant),
      'A password that somebody else knows, too: it must be changed, and opens nothing after this. Null for their own.',
    ),
  }),
  example: {
    employeeId,
    passwordHash:
      '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$Mh0tRJtQ4kQmA2cX0f8bJm6sYlQn0mJ8r2n3i6b1q0E',
    temporaryUntil: null,
  },
});

export const EmployeeDeactivated = defineMessage({
  type: 'EmployeeDeactivated',
  meaning: 'The employee can be given no more tickets, and cannot sign in.',
  schema: Type.Object({ employeeId: Uuid }),
  example: { employeeId },
});

const EmployeeActivated = defineMessage({
  type: 'EmployeeActivated',
  meaning: 'A deactivated employee can sign in and be given tickets again.',
  schema: Type.Object({ employeeId: Uuid }),
  example: { employeeId },
});

const EmployeeSignedOutEverywhere = defineMessage({
  type: 'EmployeeSignedOutEverywhere',
  meaning: 'Every session of the employee ended.',
  schema: Type.Object({ employeeId: Uuid }),
  example: { employeeId },
});

export const EMPLOYEE_EVENTS = [
  EmployeeRegistered,
  EmployeeRolesChanged,
  EmployeePasswordSet,
  EmployeeDeactivated,
  EmployeeActivated,
  EmployeeSignedOutEverywhere,
] as const;
export type EmployeeEvent = MessageOf<(typeof EMPLOYEE_EVENTS)[number]>;
