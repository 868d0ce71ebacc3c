// Employees in every state that a command can meet, for the tests of the rules.
import type { EmployeeEvent } from '../../../messages/employee-events.ts';

export const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
export const otherId = '9b3f6f0a-51f6-4f0e-8a51-3c0f7d0b6d11';
export const commandId = '7d3f7c2e-9f5c-4b62-8f06-5c6d0f6c3a55';

/** Two passwords as they are kept: the first one, and another. */
export const firstHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$Zmlyc3Q';
export const otherHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$b3RoZXI';

const registered: readonly EmployeeEvent[] = [
  {
    type: 'EmployeeRegistered',
    data: { employeeId, name: 'Ada Osei', email: 'ada@example.org', roles: ['agent'] },
  },
  {
    type: 'EmployeePasswordSet',
    data: { employeeId, passwordHash: firstHash, temporaryUntil: '2026-11-25T09:00:00.000Z' },
  },
];
const deactivated: EmployeeEvent = { type: 'EmployeeDeactivated', data: { employeeId } };
const activated: EmployeeEvent = { type: 'EmployeeActivated', data: { employeeId } };
const made: EmployeeEvent = {
  type: 'EmployeeRolesChanged',
  data: { employeeId, roles: ['agent', 'admin'] },
};

/** What happened to an employee before, named after the state that they are in. */
export const histories = {
  unknown: [],
  registered,
  administrator: [...registered, made],
  deactivated: [...registered, deactivated],
  activatedAgain: [...registered, deactivated, activated],
} as const satisfies Record<string, readonly EmployeeEvent[]>;
