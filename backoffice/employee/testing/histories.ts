// Employees in every state that a command can meet, for the tests of the rules.
import type { EmployeeEvent } from '../../../shared-contracts/messages/employee-events.ts';

export const employeeId = '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02';
export const commandId = '7d3f7c2e-9f5c-4b62-8f06-5c6d0f6c3a55';

const registered: EmployeeEvent = {
  type: 'EmployeeRegistered',
  data: { employeeId, name: 'Ada Osei', email: 'ada@example.org' },
};
const deactivated: EmployeeEvent = { type: 'EmployeeDeactivated', data: { employeeId } };
const activated: EmployeeEvent = { type: 'EmployeeActivated', data: { employeeId } };

/** What happened to an employee before, named after the state that they are in. */
export const histories = {
  unknown: [],
  registered: [registered],
  deactivated: [registered, deactivated],
  activatedAgain: [registered, deactivated, activated],
} as const satisfies Record<string, readonly EmployeeEvent[]>;
