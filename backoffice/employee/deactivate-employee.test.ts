import t from 'tap';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import type { DeactivateEmployee } from './commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, histories } from './testing/histories.ts';

const deactivate: DeactivateEmployee = { type: 'DeactivateEmployee', commandId, employeeId };

t.test('an active employee is deactivated, the first time and again', async () => {
  for (const history of [histories.registered, histories.activatedAgain]) {
    given(employeeDecider, ...history)
      .when(deactivate)
      .gives({ type: 'EmployeeDeactivated', data: { employeeId } });
  }
});

t.test('given twice it changes nothing', async () => {
  given(employeeDecider, ...histories.deactivated)
    .when(deactivate)
    .changesNothing();
});

t.test('there must be an employee', async () => {
  given(employeeDecider, ...histories.unknown)
    .when(deactivate)
    .rejects('employee-unknown', 'There is no such employee.');
});
