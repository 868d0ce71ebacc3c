// The rules of an employee: registered once, then active or deactivated.
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { EMPLOYEE_EVENTS, type EmployeeEvent } from '../../shared-contracts/messages/employee-events.ts';
import { accept, type Decider, reject } from '../../shared-contracts/runtime/decider.ts';
import type { EmployeeCommand } from './commands.ts';

export type EmployeeState = { readonly kind: 'unknown' | 'active' | 'deactivated' };

export const employeeDecider: Decider<EmployeeState, EmployeeCommand, EmployeeEvent> = {
  initial: { kind: 'unknown' },

  evolve(_state, event) {
    switch (event.type) {
      case 'EmployeeRegistered':
      case 'EmployeeActivated':
        return { kind: 'active' };
      case 'EmployeeDeactivated':
        return { kind: 'deactivated' };
    }
  },

  decide(command, state) {
    const { employeeId } = command;
    switch (command.type) {
      case 'RegisterEmployee': {
        const { name, email } = command;
        if (state.kind !== 'unknown') return accept();
        return accept({ type: 'EmployeeRegistered', data: { employeeId, name, email } });
      }
      case 'ActivateEmployee':
        if (state.kind === 'unknown') return unknownEmployee;
        return state.kind === 'active'
          ? accept()
          : accept({ type: 'EmployeeActivated', data: { employeeId } });
      case 'DeactivateEmployee':
        if (state.kind === 'unknown') return unknownEmployee;
        return state.kind === 'deactivated'
          ? accept()
          : accept({ type: 'EmployeeDeactivated', data: { employeeId } });
    }
  },
};

export const employee = {
  decider: employeeDecider,
  isEvent: isOneOf(EMPLOYEE_EVENTS),
  subjectOf: (first: EmployeeEvent) => first.data.employeeId,
};

const unknownEmployee = reject('employee-unknown', 'There is no such employee.');
