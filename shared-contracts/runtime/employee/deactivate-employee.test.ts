import t from 'tap';
import { given } from '../testing/given.ts';
import type { DeactivateEmployee } from './employee-commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, histories, otherId } from './testing/histories.ts';

const deactivate: DeactivateEmployee = { type: 'DeactivateEmployee', commandId, employeeId, by: otherId };

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

t.test('nobody deactivates themselves; the command line can deactivate anybody', async () => {
  given(employeeDecider, ...histories.administrator)
    .when({ ...deactivate, by: employeeId })
    .rejects('own-account', 'Nobody deactivates their own account. Ask another administrator.');
  given(employeeDecider, ...histories.administrator)
    .when({ ...deactivate, by: null })
    .gives({ type: 'EmployeeDeactivated', data: { employeeId } });
});

t.test('there must be an employee', async () => {
  given(employeeDecider, ...histories.unknown)
    .when(deactivate)
    .rejects('employee-unknown', 'There is no such employee.');
});
