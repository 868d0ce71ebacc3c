import t from 'tap';
import { given } from '../testing/given.ts';
import type { ActivateEmployee } from './employee-commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, histories } from './testing/histories.ts';

const activate: ActivateEmployee = { type: 'ActivateEmployee', commandId, employeeId };

t.test('a deactivated employee is activated again', async () => {
  given(employeeDecider, ...histories.deactivated)
    .when(activate)
    .gives({ type: 'EmployeeActivated', data: { employeeId } });
});

t.test('given twice it changes nothing, and whoever is active stays so', async () => {
  for (const history of [histories.activatedAgain, histories.registered]) {
    given(employeeDecider, ...history)
      .when(activate)
      .changesNothing();
  }
});

t.test('there must be an employee', async () => {
  given(employeeDecider, ...histories.unknown)
    .when(activate)
    .rejects('employee-unknown', 'There is no such employee.');
});
