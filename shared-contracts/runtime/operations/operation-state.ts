// What became of the long things that operators asked a service for: folded from its control stream. Pure.
import {
  CONTROL_EVENTS,
  type OperationEnded,
  type OperationRequested,
} from '../../messages/control-events.ts';
import { isOneOf, type MessageOf } from '../../messages/define-message.ts';

export type OperationName = MessageOf<typeof OperationRequested>['data']['operation'];
export type OperationOutcome = MessageOf<typeof OperationEnded>['data']['outcome'];
export type ControlEvent = MessageOf<(typeof CONTROL_EVENTS)[number]>;

export type OperationState = {
  readonly operationId: string;
  readonly operation: OperationName;
  readonly target: string;
  readonly by: string;
  readonly condition: 'asked' | 'cancelling' | OperationOutcome;
  readonly done: number;
  /** Null as long as nobody knows. */
  readonly total: number | null;
  readonly detail: string | null;
};

export const isControlEvent = isOneOf(CONTROL_EVENTS);

/** Adds one entry of the control stream to the operations that it tells about. */
export function addToOperations(operations: Map<string, OperationState>, event: ControlEvent): void {
  if (event.type === 'GroupSettingsApplied') return;
  const { operationId } = event.data;
  if (event.type === 'OperationRequested') {
    const { operation, target, by } = event.data;
    const asked = {
      operationId,
      operation,
      target,
      by,
      condition: 'asked',
      done: 0,
      total: null,
      detail: null,
    } as const;
    if (!operations.has(operationId)) operations.set(operationId, asked);
    return;
  }
  const known = operations.get(operationId);
  if (known === undefined || hasEnded(known)) return;
  switch (event.type) {
    case 'OperationProgressed':
      operations.set(operationId, { ...known, done: event.data.done, total: event.data.total });
      return;
    case 'OperationCancelled':
      operations.set(operationId, { ...known, condition: 'cancelling' });
      return;
    case 'OperationEnded':
      operations.set(operationId, { ...known, condition: event.data.outcome, detail: event.data.detail });
      return;
  }
}

/** Whether nothing more will come of an operation, whichever way it went. */
export function hasEnded({ condition }: OperationState): boolean {
  return condition !== 'asked' && condition !== 'cancelling';
}
