import { FirstAdminNamed } from '../../messages/account-events.ts';
import { streamOf } from '../../messages/names.ts';
import { mustBeAccepted } from '../consumer/errors.ts';
import type { EmployeeCommand, KeptPassword } from '../employee/employee-commands.ts';
import { employee } from '../employee/employee-decider.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { type CommandContext, handleCommand } from '../handle-command.ts';
import { deterministicId } from '../ids.ts';
import { loadStream } from '../load-stream.ts';

export type NewAdmin = {
  readonly employeeId: string;
  readonly name: string;
  readonly email: string;
  readonly password: KeptPassword;
};

/**
 * Makes somebody an administrator with a password, whoever they were before: registers them, or gives the one who is
 * registered the role and the password, and activates them.
 */
export async function makeAdmin(
  store: EventStore,
  { employeeId, name, email, password }: NewAdmin,
  context: CommandContext,
): Promise<'registered' | 'changed'> {
  const stream = streamOf.employee(employeeId);
  const give = async (command: EmployeeCommand) => {
    mustBeAccepted(await handleCommand(store, employee, stream, command, context));
  };
  const ids = (step: string) => ({ employeeId, commandId: deterministicId(step, context.causationId) });
  const { state } = await loadStream(store, employee, stream);
  if (state.kind === 'unknown') {
    await give({ type: 'RegisterEmployee', ...ids('register'), name, email, roles: ['admin'], ...password });
  } else {
    const roles = [...state.roles, 'admin'] as const;
    await give({ type: 'ChangeRoles', ...ids('roles'), roles, by: null });
    await give({ type: 'SetPassword', ...ids('password'), ...password });
    await give({ type: 'ActivateEmployee', ...ids('activate') });
  }
  await nameFirstAdmin(store, employeeId, context);
  return state.kind === 'unknown' ? 'registered' : 'changed';
}

/** Notes that there is an administrator, unless that is known already. */
export async function nameFirstAdmin(
  store: EventStore,
  employeeId: string,
  context: CommandContext,
): Promise<void> {
  const stream = streamOf.setup('admin');
  const event = { type: FirstAdminNamed.type, data: { employeeId } };
  const metadata = {
    actor: context.actor,
    $correlationId: context.correlationId,
    $causationId: context.causationId,
    occurredAt: new Date().toISOString(),
  };
  await store.append(stream, [{ id: deterministicId(stream, employeeId), event, metadata }], 'none');
}
