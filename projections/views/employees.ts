// employees: one document an employee, for lists and choices.
import { EMPLOYEES, type EmployeeDocument } from '../../shared-contracts/documents/employee-document.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { EMPLOYEE_EVENTS, type EmployeeEvent } from '../../shared-contracts/messages/employee-events.ts';
import { categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import type { StreamView } from './view.ts';

export const employees: StreamView<EmployeeDocument, EmployeeEvent> = {
  kind: 'one-per-stream',
  model: EMPLOYEES,
  group: GROUPS.projectionsEmployees,
  category: categoryOf.employee,
  events: EMPLOYEE_EVENTS,
  isEvent: isOneOf(EMPLOYEE_EVENTS),

  apply(document, event, { id, revision, occurredAt }) {
    if (event.type === 'EmployeeRegistered') {
      const { name, email, roles } = event.data;
      return { _id: id, revision, name, email, roles, active: true, registeredAt: occurredAt };
    }
    if (document === undefined) return undefined;
    switch (event.type) {
      case 'EmployeeRolesChanged':
        return { ...document, revision, roles: event.data.roles };
      case 'EmployeeActivated':
        return { ...document, revision, active: true };
      case 'EmployeeDeactivated':
        return { ...document, revision, active: false };
      case 'EmployeePasswordSet':
      case 'EmployeeSignedOutEverywhere':
        return { ...document, revision };
    }
  },
};
