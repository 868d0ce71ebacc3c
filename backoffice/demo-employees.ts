import { streamOf } from '../shared-contracts/messages/names.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../shared-contracts/runtime/accounts/demo-accounts.ts';
import { createEmployeeIds } from '../shared-contracts/runtime/accounts/employee-id.ts';
import { nameFirstAdmin } from '../shared-contracts/runtime/accounts/make-admin.ts';
import { employee } from '../shared-contracts/runtime/employee/employee-decider.ts';
import { handleCommand } from '../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../shared-contracts/runtime/ids.ts';
import type { AdminDeps } from './first-admin.ts';

/**
 * Registers accounts of all roles for the demo, with one password. At a further start they are there already, and stay as
 * somebody has changed them since.
 */
export async function registerDemoEmployees({ store, secrets, hashing }: AdminDeps): Promise<void> {
  const idOf = createEmployeeIds(secrets);
  const passwordHash = await hashing.hash(DEMO_PASSWORD);
  for (const { name, email, roles } of Object.values(DEMO_ACCOUNTS)) {
    const employeeId = idOf(email);
    const commandId = deterministicId('register-demo-employee', employeeId);
    const context = { actor: 'system:demo', correlationId: commandId, causationId: commandId };
    const kept = { passwordHash, temporaryUntil: null };
    const command = { type: 'RegisterEmployee', commandId, employeeId, name, email, roles, ...kept } as const;
    await handleCommand(store, employee, streamOf.employee(employeeId), command, context);
    if (command.roles.some((role) => role === 'admin')) await nameFirstAdmin(store, employeeId, context);
  }
}
