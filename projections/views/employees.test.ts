import t from 'tap';
import { EMPLOYEES, type EmployeeDocument } from '../../shared-contracts/documents/employee-document.ts';
import type { EmployeeEvent } from '../../shared-contracts/messages/employee-events.ts';
import { employees } from './employees.ts';
import { NOW, outcomesOf, type ViewTable } from './testing/view-table.ts';

const { _id: employeeId } = EMPLOYEES.example;

const table: ViewTable<EmployeeDocument, EmployeeEvent> = {
  EmployeeRegistered: [
    {
      before: null,
      data: { employeeId, name: 'Ada Osei', email: 'ada@example.org', roles: ['agent'] },
      becomes: {
        name: 'Ada Osei',
        email: 'ada@example.org',
        roles: ['agent'],
        active: true,
        registeredAt: NOW,
      },
    },
  ],
  EmployeeRolesChanged: [
    { data: { employeeId, roles: ['agent', 'admin'] }, becomes: { roles: ['agent', 'admin'] } },
  ],
  EmployeePasswordSet: [
    { data: { employeeId, passwordHash: '$argon2id$v=19$made-up', temporaryUntil: null }, becomes: {} },
  ],
  EmployeeSignedOutEverywhere: [{ data: { employeeId }, becomes: {} }],
  EmployeeDeactivated: [{ data: { employeeId }, becomes: { active: false } }],
  EmployeeActivated: [{ before: { active: false }, data: { employeeId }, becomes: { active: true } }],
};

t.test('how each event changes an employee', async (t) => {
  for (const { what, found, wanted } of outcomesOf(employees, EMPLOYEES.example, {}, table)) {
    t.strictSame(found, wanted, what);
  }
});
