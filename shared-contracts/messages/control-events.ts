// What operators ask of a service and what became of it: the streams `control-{service}`.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { Nullable, Revision, Uuid } from './fields.ts';

const operationId = '7a1f0b6e-51d3-4a8e-8b0e-2f7c10c5d9d8';

const OperationRequested = defineMessage({
  type: 'OperationRequested',
  meaning: 'An operator asked a service to do something long, such as rebuilding a read model.',
  schema: Type.Object({
    operationId: Uuid,
    operation: Type.Enum(['rebuild', 'erase']),
    /** What it is to be done to: a read model, a subject. */
    target: Type.String({ maxLength: 200 }),
    by: Type.String(),
  }),
  example: { operationId, operation: 'rebuild', target: 'tickets', by: 'operator:sam' },
});

const OperationProgressed = defineMessage({
  type: 'OperationProgressed',
  meaning: 'How far the service is with what it was asked for.',
  schema: Type.Object({ operationId: Uuid, done: Revision, total: Nullable(Revision) }),
  example: { operationId, done: 5000, total: 20_000 },
});

const OperationCancelled = defineMessage({
  type: 'OperationCancelled',
  meaning: 'An operator took back what was asked for.',
  schema: Type.Object({ operationId: Uuid, by: Type.String() }),
  example: { operationId, by: 'operator:sam' },
});

const OperationEnded = defineMessage({
  type: 'OperationEnded',
  meaning: 'The service has ended what it was asked for, and how.',
  schema: Type.Object({
    operationId: Uuid,
    outcome: Type.Enum(['done', 'cancelled', 'failed']),
    detail: Nullable(Type.String({ maxLength: 2000 })),
  }),
  example: { operationId, outcome: 'done', detail: null },
});

export const GroupSettingsApplied = defineMessage({
  type: 'GroupSettingsApplied',
  meaning: 'The settings of a group were brought to this version; an older service leaves them alone.',
  schema: Type.Object({ group: Type.String(), version: Type.Integer({ minimum: 1 }) }),
  example: { group: 'customer.notifications', version: 1 },
});

export const CONTROL_EVENTS = [
  OperationRequested,
  OperationProgressed,
  OperationCancelled,
  OperationEnded,
  GroupSettingsApplied,
] as const;
