// What the rules of an employee and the sign-in need to remember of an employee's past.
import type { EmployeeEvent } from '../../messages/employee-events.ts';
import type { Role } from '../../messages/fields.ts';
import type { KeptPassword } from './employee-commands.ts';

export type KnownEmployee = {
  readonly kind: 'active' | 'deactivated';
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly password: KeptPassword | null;
  /** Counts what ends sessions: one that began in an earlier epoch is over. */
  readonly epoch: number;
};

export type EmployeeState = { readonly kind: 'unknown' } | KnownEmployee;

export function evolveEmployee(state: EmployeeState, event: EmployeeEvent): EmployeeState {
  if (event.type === 'EmployeeRegistered') {
    const { name, email, roles } = event.data;
    return { kind: 'active', name, email, roles, password: null, epoch: 0 };
  }
  if (state.kind === 'unknown') return state;
  switch (event.type) {
    case 'EmployeeRolesChanged':
      return { ...state, roles: event.data.roles };
    case 'EmployeePasswordSet': {
      const { passwordHash, temporaryUntil } = event.data;
      return { ...state, password: { passwordHash, temporaryUntil }, epoch: state.epoch + 1 };
    }
    case 'EmployeeActivated':
      return { ...state, kind: 'active' };
    case 'EmployeeDeactivated':
      return { ...state, kind: 'deactivated', epoch: state.epoch + 1 };
    case 'EmployeeSignedOutEverywhere':
      return { ...state, epoch: state.epoch + 1 };
  }
}
