// What operators ask of a service and what became of it: the streams `control-{service}`.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { Meaning, Nullable, Revision, Uuid } from './fields.ts';

const ByField = Meaning(Type.String(), 'Who asked: `operator:{name}`.');
const operationId = '7a1f0b6e-51d3-4a8e-8b0e-2f7c10c5d9d8';

/** The target of a rebuild that is of every read model. */
export const EVERY_READ_MODEL = 'all';

export const OperationRequested = defineMessage({
  type: 'OperationRequested',
  meaning: 'An operator asked a service to do something long, such as rebuilding a read model.',
  schema: Type.Object({
    operationId: Uuid,
    operation: Type.Enum(['rebuild', 'erase']),
    target: Meaning(Type.String({ maxLength: 200 }), 'What it is to be done to: a read model, a subject.'),
    by: ByField,
  }),
  example: { operationId, operation: 'rebuild', target: 'tickets', by: 'operator:sam' },
});

export const OperationProgressed = defineMessage({
  type: 'OperationProgressed',
  meaning: 'How far the service is with what it was asked for.',
  schema: Type.Object({
    operationId: Uuid,
    done: Meaning(Revision, 'How many of the items, such as events, are done.'),
    total: Meaning(Nullable(Revision), 'How many there are, once that is known.'),
  }),
  example: { operationId, done: 5000, total: 20_000 },
});

export const OperationCancelled = defineMessage({
  type: 'OperationCancelled',
  meaning: 'An operator took back what was asked for.',
  schema: Type.Object({ operationId: Uuid, by: ByField }),
  example: { operationId, by: 'operator:sam' },
});

export const OperationEnded = defineMessage({
  type: 'OperationEnded',
  meaning: 'The service has ended what it was asked for, and how.',
  schema: Type.Object({
    operationId: Uuid,
    outcome: Type.Enum(['done', 'cancelled', 'failed']),
    detail: Meaning(Nullable(Type.String({ maxLength: 2000 })), 'Why it failed, in a sentence.'),
  }),
  example: { operationId, outcome: 'done', detail: null },
});

export const GroupSettingsApplied = defineMessage({
  type: 'GroupSettingsApplied',
  meaning: 'The settings of a group were brought to this version; an older service leaves them alone.',
  schema: Type.Object({
    group: Type.String(),
    version: Meaning(Type.Integer({ minimum: 1 }), 'Counted up with each change of the settings.'),
  }),
  example: { group: 'customer.notifications', version: 1 },
});

export const CONTROL_EVENTS = [
  OperationRequested,
  OperationProgressed,
  OperationCancelled,
  OperationEnded,
  GroupSettingsApplied,
] as const;
