import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { RegisterEmployee } from './commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, histories } from './testing/histories.ts';

const register: RegisterEmployee = {
  type: 'RegisterEmployee',
  commandId,
  employeeId,
  name: 'Ada Osei',
  email: 'ada@example.org',
};

t.test('somebody new is registered', async () => {
  given(employeeDecider, ...histories.unknown)
    .when(register)
    .gives({
      type: 'EmployeeRegistered',
      data: { employeeId, name: 'Ada Osei', email: 'ada@example.org' },
    });
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
