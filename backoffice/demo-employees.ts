import { streamOf } from '../shared-contracts/messages/names.ts';
import type { EventStore } from '../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../shared-contracts/runtime/ids.ts';
import { employee } from './employee/employee-decider.ts';

const PEOPLE = [
  { name: 'Ada Osei', email: 'ada@example.org' },
  { name: 'Bruno Keller', email: 'bruno@example.org' },
  { name: 'Chioma Lund', email: 'chioma@example.org' },
];

/** Registers a few employees for the demo; at every further start they are there already. */
export async function registerDemoEmployees(store: EventStore): Promise<void> {
  for (const { name, email } of PEOPLE) {
    const employeeId = deterministicId('demo-employee', email);
    const commandId = deterministicId('register-demo-employee', email);
    const context = { actor: 'system:demo', correlationId: commandId, causationId: commandId };
    const command = { type: 'RegisterEmployee', commandId, employeeId, name, email } as const;
    await handleCommand(store, employee, streamOf.employee(employeeId), command, context);
  }
}
