import t from 'tap';
import { given } from '../testing/given.ts';
import type { SetPassword, SignOutEverywhere } from './employee-commands.ts';
import { employeeDecider } from './employee-decider.ts';
import { commandId, employeeId, firstHash, histories, otherHash } from './testing/histories.ts';

const set: SetPassword = {
  type: 'SetPassword',
  commandId,
  employeeId,
  passwordHash: otherHash,
  temporaryUntil: null,
};
const signOut: SignOutEverywhere = { type: 'SignOutEverywhere', commandId, employeeId };
const epochAfter = (history: readonly Parameters<typeof employeeDecider.evolve>[1][]) => {
  const state = history.reduce(employeeDecider.evolve, employeeDecider.initial);
  return state.kind === 'unknown' ? undefined : state.epoch;
};

t.test('a password takes the place of the one before, also of somebody who is deactivated', async () => {
  for (const history of [histories.registered, histories.deactivated]) {
    given(employeeDecider, ...history)
      .when(set)
      .gives({
        type: 'EmployeePasswordSet',
        data: { employeeId, passwordHash: otherHash, temporaryUntil: null },
      });
  }
});

t.test('the same one changes nothing', async () => {
  given(employeeDecider, ...histories.registered)
    .when({ ...set, passwordHash: firstHash })
    .changesNothing();
});

t.test('an employee can be signed out everywhere, whatever they are', async () => {
  for (const history of [histories.registered, histories.deactivated]) {
    given(employeeDecider, ...history)
      .when(signOut)
      .gives({ type: 'EmployeeSignedOutEverywhere', data: { employeeId } });
  }
});

t.test(
  'a new password, a deactivation and a sign-out end the sessions; an activation brings none back',
  async (t) => {
    const { registered } = histories;
    t.strictSame(
      [
        epochAfter(registered),
        epochAfter(histories.administrator),
        epochAfter(histories.deactivated),
        epochAfter(histories.activatedAgain),
        epochAfter([...registered, { type: 'EmployeeSignedOutEverywhere', data: { employeeId } }]),
        epochAfter([
          ...registered,
          { type: 'EmployeePasswordSet', data: { ...set, passwordHash: otherHash } },
        ]),
      ],
      [1, 1, 2, 2, 2, 2],
    );
  },
);

t.test('there must be an employee', async () => {
  for (const command of [set, signOut]) {
    given(employeeDecider, ...histories.unknown)
      .when(command)
      .rejects('employee-unknown', 'There is no such employee.');
  }
});
