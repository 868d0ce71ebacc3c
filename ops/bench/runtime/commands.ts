// Load, decide, append: through `handleCommand`, and by hand with the client.
import { randomUUID } from 'node:crypto';
import { jsonEvent, NO_STREAM, StreamNotFoundError } from '@eventstore/db-client';
import { isOneOf } from '../../../shared-contracts/messages/define-message.ts';
import { EMPLOYEE_EVENTS, type EmployeeEvent } from '../../../shared-contracts/messages/employee-events.ts';
import { accept, type Decider } from '../../../shared-contracts/runtime/decider.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../../shared-contracts/runtime/handle-command.ts';

const COMMANDS = 5000;
const STREAMS = 500;
const IN_FLIGHT = 64;

type State = 'unknown' | 'active' | 'deactivated';
type Change = { readonly type: 'ChangeEmployee'; readonly commandId: string; readonly employeeId: string };

/** Rules like those of the back office's employee, whose every command here has something to append. */
const decider: Decider<State, Change, EmployeeEvent> = {
  initial: 'unknown',
  evolve: (_state, { type }) => (type === 'EmployeeDeactivated' ? 'deactivated' : 'active'),
  decide: ({ employeeId }, state) => {
    switch (state) {
      case 'unknown':
        return accept({
          type: 'EmployeeRegistered',
          data: { employeeId, name: 'Ada Osei', email: 'ada@example.org', roles: ['agent'] },
        });
      case 'active':
        return accept({ type: 'EmployeeDeactivated', data: { employeeId } });
      case 'deactivated':
        return accept({ type: 'EmployeeActivated', data: { employeeId } });
    }
  },
};
const employee = {
  decider,
  isEvent: isOneOf(EMPLOYEE_EVENTS),
  subjectOf: ({ data }: EmployeeEvent) => data.employeeId,
};

/** @returns commands a second. */
export function commandsByRuntime(store: EventStore): Promise<number> {
  return commandsPerSecond(async (employeeId) => {
    const commandId = randomUUID();
    const command = { type: 'ChangeEmployee', commandId, employeeId } as const;
    const context = { actor: 'operator:bench', correlationId: commandId, causationId: commandId };
    await handleCommand(store, employee, `employee-${employeeId}`, command, context);
  });
}

/** The same reads and appends, with nothing that the runtime adds. @returns commands a second. */
export function commandsByHand({ client }: EventStore): Promise<number> {
  return commandsPerSecond(async (employeeId) => {
    const stream = `employee-${employeeId}`;
    let state = decider.initial;
    let revision: bigint | typeof NO_STREAM = NO_STREAM;
    try {
      for await (const { event } of client.readStream<EmployeeEvent>(stream)) {
        if (event === undefined) continue;
        state = decider.evolve(state, event);
        revision = event.revision;
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    const decision = decider.decide({ type: 'ChangeEmployee', commandId: '', employeeId }, state);
    if (decision.kind === 'rejected') throw new Error(decision.rejection.message);
    const metadata = {
      $correlationId: employeeId,
      $causationId: employeeId,
      actor: 'operator:bench',
      schemaVersion: 1,
      occurredAt: new Date().toISOString(),
    };
    const events = decision.events.map(({ type, data }) => jsonEvent({ type, data, metadata }));
    await client.appendToStream(stream, events, { expectedRevision: revision });
  });
}

async function commandsPerSecond(handle: (employeeId: string) => Promise<void>): Promise<number> {
  const employees = Array.from({ length: STREAMS }, () => randomUUID());
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < COMMANDS) {
        const employeeId = employees[next % STREAMS];
        next += 1;
        if (employeeId !== undefined) await handle(employeeId);
      }
    }),
  );
  return (COMMANDS * 1000) / (performance.now() - start);
}
