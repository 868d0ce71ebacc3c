// The rules of an employee: registered once, then active or deactivated, with roles and a password. They stand here and
// not in a service, since every site that employees sign in to, and the command line, gives some of the commands.
import { isOneOf } from '../../messages/define-message.ts';
import { EMPLOYEE_EVENTS, type EmployeeEvent } from '../../messages/employee-events.ts';
import { ROLES, type Role } from '../../messages/fields.ts';
import { accept, type Decider, type Decision, reject } from '../decider.ts';
import type {
  ChangeRoles,
  DeactivateEmployee,
  EmployeeCommand,
  RegisterEmployee,
  SetPassword,
} from './employee-commands.ts';
import { type EmployeeState, evolveEmployee, type KnownEmployee } from './employee-state.ts';

export const employeeDecider: Decider<EmployeeState, EmployeeCommand, EmployeeEvent> = {
  initial: { kind: 'unknown' },
  evolve: evolveEmployee,

  decide(command, state) {
    if (command.type === 'RegisterEmployee') return register(command, state);
    if (state.kind === 'unknown') return reject('employee-unknown', 'There is no such employee.');
    const { employeeId } = command;
    switch (command.type) {
      case 'ChangeRoles':
        return changeRoles(command, state);
      case 'SetPassword':
        return setPassword(command, state);
      case 'DeactivateEmployee':
        return deactivate(command, state);
      case 'ActivateEmployee':
        if (state.kind === 'active') return accept();
        return accept({ type: 'EmployeeActivated', data: { employeeId } });
      case 'SignOutEverywhere':
        return accept({ type: 'EmployeeSignedOutEverywhere', data: { employeeId } });
    }
  },
};

export const employee = {
  decider: employeeDecider,
  isEvent: isOneOf(EMPLOYEE_EVENTS),
  subjectOf: (first: EmployeeEvent) => first.data.employeeId,
};

function register(command: RegisterEmployee, state: EmployeeState): Decision<EmployeeEvent> {
  const { employeeId, name, email, roles, passwordHash, temporaryUntil } = command;
  if (state.kind !== 'unknown') {
    if (state.password?.passwordHash === passwordHash) return accept();
    return reject('employee-known', 'Somebody is registered under this address already.');
  }
  return accept<EmployeeEvent>(
    { type: 'EmployeeRegistered', data: { employeeId, name, email, roles: inOrder(roles) } },
    { type: 'EmployeePasswordSet', data: { employeeId, passwordHash, temporaryUntil } },
  );
}

function changeRoles({ employeeId, roles, by }: ChangeRoles, state: KnownEmployee): Decision<EmployeeEvent> {
  const wanted = inOrder(roles);
  if (wanted.join() === inOrder(state.roles).join()) return accept();
  if (by === employeeId && state.roles.includes('admin') && !wanted.includes('admin')) {
    return reject(
      'own-admin-role',
      'Nobody takes the administrator role from themselves: there would be none left. Ask another one.',
    );
  }
  return accept({ type: 'EmployeeRolesChanged', data: { employeeId, roles: wanted } });
}

function setPassword(command: SetPassword, state: KnownEmployee): Decision<EmployeeEvent> {
  const { employeeId, passwordHash, temporaryUntil } = command;
  if (state.password?.passwordHash === passwordHash) return accept();
  return accept({ type: 'EmployeePasswordSet', data: { employeeId, passwordHash, temporaryUntil } });
}

function deactivate({ employeeId, by }: DeactivateEmployee, state: KnownEmployee): Decision<EmployeeEvent> {
  if (state.kind === 'deactivated') return accept();
  if (by === employeeId) {
    return reject('own-account', 'Nobody deactivates their own account. Ask another administrator.');
  }
  return accept({ type: 'EmployeeDeactivated', data: { employeeId } });
}

function inOrder(roles: readonly Role[]): Role[] {
  return ROLES.filter((role) => roles.includes(role));
}
