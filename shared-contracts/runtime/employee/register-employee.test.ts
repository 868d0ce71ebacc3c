import t from 'tap';
import { given } from '../testing/given.ts';
import type { RegisterEmployee } from './employee-commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, firstHash, histories, otherHash } from './testing/histories.ts';

const temporaryUntil = '2026-11-25T09:00:00.000Z';
const register: RegisterEmployee = {
  type: 'RegisterEmployee',
  commandId,
  employeeId,
  name: 'Ada Osei',
  email: 'ada@example.org',
  roles: ['admin', 'agent'],
  passwordHash: firstHash,
  temporaryUntil,
};

t.test('somebody new is registered with roles and a first password', async () => {
  given(employeeDecider, ...histories.unknown)
    .when(register)
    .gives(
      {
        type: 'EmployeeRegistered',
        data: { employeeId, name: 'Ada Osei', email: 'ada@example.org', roles: ['agent', 'admin'] },
      },
      { type: 'EmployeePasswordSet', data: { employeeId, passwordHash: firstHash, temporaryUntil } },
    );
});

t.test('who is registered is active: there is nothing to activate', async () => {
  given(employeeDecider, ...histories.registered)
    .when({ type: 'ActivateEmployee', commandId, employeeId })
    .changesNothing();
});

t.test('given twice it changes nothing, and does not activate anybody', async () => {
  for (const history of [histories.registered, histories.deactivated, histories.activatedAgain]) {
    given(employeeDecider, ...history)
      .when(register)
      .changesNothing();
  }
});

t.test('an address is registered once: nobody gets the account of another', async () => {
  for (const history of [histories.registered, histories.deactivated]) {
    given(employeeDecider, ...history)
      .when({ ...register, passwordHash: otherHash })
      .rejects('employee-known', 'Somebody is registered under this address already.');
  }
});
