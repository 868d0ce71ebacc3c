import t from 'tap';
import { given } from '../testing/given.ts';
import type { ChangeRoles } from './employee-commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, histories, otherId } from './testing/histories.ts';

const toAnalyst: ChangeRoles = {
  type: 'ChangeRoles',
  commandId,
  employeeId,
  roles: ['analyst', 'agent'],
  by: otherId,
};

t.test('the roles are those that were asked for, also of somebody who is deactivated', async () => {
  for (const history of [histories.registered, histories.administrator, histories.deactivated]) {
    given(employeeDecider, ...history)
      .when(toAnalyst)
      .gives({ type: 'EmployeeRolesChanged', data: { employeeId, roles: ['agent', 'analyst'] } });
  }
});

t.test('roles that are so already change nothing, in whatever order they come', async () => {
  given(employeeDecider, ...histories.registered)
    .when({ ...toAnalyst, roles: ['agent'] })
    .changesNothing();
  given(employeeDecider, ...histories.administrator)
    .when({ ...toAnalyst, roles: ['admin', 'agent'] })
    .changesNothing();
});

t.test('administrators take their role from others, not from themselves', async () => {
  given(employeeDecider, ...histories.administrator)
    .when({ ...toAnalyst, by: employeeId })
    .rejects(
      'own-admin-role',
      'Nobody takes the administrator role from themselves: there would be none left. Ask another one.',
    );
  given(employeeDecider, ...histories.administrator)
    .when({ ...toAnalyst, roles: ['analyst', 'admin'], by: employeeId })
    .gives({ type: 'EmployeeRolesChanged', data: { employeeId, roles: ['analyst', 'admin'] } });
});

t.test('there must be an employee', async () => {
  given(employeeDecider, ...histories.unknown)
    .when(toAnalyst)
    .rejects('employee-unknown', 'There is no such employee.');
});
