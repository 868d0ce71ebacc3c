import { type ServiceName, streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { deterministicId } from '../ids.ts';
import {
  addToOperations,
  type ControlEvent,
  isControlEvent,
  type OperationName,
  type OperationState,
} from './operation-state.ts';

/** Asks a service for something long. The same id asked for twice is asked for once. */
export async function requestOperation(
  store: EventStore,
  service: ServiceName,
  request: { operationId: string; operation: OperationName; target: string; by: string },
): Promise<void> {
  const { operationId, by } = request;
  await tell(store, service, by, `requested/${operationId}`, { type: 'OperationRequested', data: request });
}

/** Takes it back: the service stops at its next report, unless it is through by then. */
export async function cancelOperation(
  store: EventStore,
  service: ServiceName,
  operationId: string,
  by: string,
): Promise<void> {
  await tell(store, service, by, `cancelled/${operationId}`, {
    type: 'OperationCancelled',
    data: { operationId, by },
  });
}

/** Everything that a service was asked for, in the order it was asked. */
export async function readOperations(
  store: EventStore,
  service: ServiceName,
): Promise<ReadonlyMap<string, OperationState>> {
  const operations = new Map<string, OperationState>();
  for await (const { event } of store.read(streamOf.control(service))) {
    if (isControlEvent(event)) addToOperations(operations, event);
  }
  return operations;
}

/** Appends to the control stream of a service; `step` makes the id, so that a step told twice is the same. */
export async function tell(
  store: EventStore,
  service: ServiceName,
  actor: string,
  step: string,
  event: Exclude<ControlEvent, { type: 'GroupSettingsApplied' }>,
): Promise<void> {
  const { operationId } = event.data;
  const metadata = {
    $correlationId: operationId,
    $causationId: operationId,
    actor,
    occurredAt: new Date().toISOString(),
  };
  const id = deterministicId('operation', service, step);
  await store.collect(streamOf.control(service), [{ id, event, metadata }]);
}
