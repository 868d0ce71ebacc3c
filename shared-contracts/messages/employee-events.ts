// What happens to an employee: the streams `employee-{employeeId}`, appended to by the back office.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import { EmailField, LIMITS, Personal, Uuid } from './fields.ts';

const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';

const EmployeeRegistered = defineMessage({
  type: 'EmployeeRegistered',
  meaning: 'An employee was registered and can be given tickets.',
  schema: Type.Object({
    employeeId: Uuid,
    name: Personal(Type.String({ minLength: 1, maxLength: LIMITS.name })),
    email: EmailField,
  }),
  example: { employeeId, name: 'Ada Osei', email: 'ada@example.org' },
});

const EmployeeDeactivated = defineMessage({
  type: 'EmployeeDeactivated',
  meaning: 'The employee can be given no more tickets.',
  schema: Type.Object({ employeeId: Uuid }),
  example: { employeeId },
});

const EmployeeActivated = defineMessage({
  type: 'EmployeeActivated',
  meaning: 'A deactivated employee can be given tickets again.',
  schema: Type.Object({ employeeId: Uuid }),
  example: { employeeId },
});

export const EMPLOYEE_EVENTS = [EmployeeRegistered, EmployeeDeactivated, EmployeeActivated] as const;
export type EmployeeEvent = MessageOf<(typeof EMPLOYEE_EVENTS)[number]>;
