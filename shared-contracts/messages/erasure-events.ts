// What became of the erasure of a customer: the streams `erasure-{erasureId}`. Nothing in them tells whom it was about: the
// address is there as long as it is looked for, under a key that goes with the erasure's last step.
import { Type } from 'typebox';
import { defineMessage, type MessageOf } from './define-message.ts';
import { EmailField, Meaning, Nullable, Revision, Uuid } from './fields.ts';

const erasureId = '2c0f4f0e-6a0e-4e1b-9d25-0c7a4b0e9f31';
const subject = '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10';
const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';

/** Subjects in one event, at most. */
export const MOST_SUBJECTS = 500;

/**
 * What an erasure does beside deleting keys, in this order; `scavenge` is the last, since it frees what all others removed.
 */
export const ERASURE_STEPS = [
  'customer-messages',
  'backoffice-messages',
  'documents',
  'mails',
  'broker-files',
  'scavenge',
] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];
const StepField = Type.Enum([...ERASURE_STEPS]);

export const ErasureBegun = defineMessage({
  type: 'ErasureBegun',
  meaning: 'Somebody asked for a customer to be erased, and the customer is known.',
  schema: Type.Object({
    erasureId: Uuid,
    addressId: Meaning(Uuid, 'Made from the keyed hash of the address: it does not tell the address.'),
    email: Meaning(EmailField, 'What is looked for in what nobody could read; readable until the end only.'),
    by: Meaning(Type.String(), 'Who asked: an `actor`.'),
  }),
  example: {
    erasureId,
    addressId: '1f0c2f7e-30f5-5a3c-9a9f-6b1a4c0d7e55',
    email: 'kim@example.org',
    by: 'operator:sam',
  },
});

export const SubjectsFound = defineMessage({
  type: 'SubjectsFound',
  meaning:
    'These subjects are the customer: their keys are to be deleted, also in a backup that is restored.',
  schema: Type.Object({
    erasureId: Uuid,
    found: Type.Array(
      Type.Object({
        subject: Uuid,
        issueId: Meaning(Nullable(Uuid), 'The issue whose data is under it; null where it is of no issue.'),
      }),
      { minItems: 1, maxItems: MOST_SUBJECTS },
    ),
  }),
  example: { erasureId, found: [{ subject, issueId }] },
});

export const SubjectsErased = defineMessage({
  type: 'SubjectsErased',
  meaning: 'The keys of these subjects are deleted: what was encrypted under them cannot be read any more.',
  schema: Type.Object({
    erasureId: Uuid,
    subjects: Type.Array(Uuid, { minItems: 1, maxItems: MOST_SUBJECTS }),
  }),
  example: { erasureId, subjects: [subject] },
});

export const ErasureStepDone = defineMessage({
  type: 'ErasureStepDone',
  meaning: 'One of the places where the customer was in clear, or could be, is clean.',
  schema: Type.Object({
    erasureId: Uuid,
    step: StepField,
    count: Meaning(Revision, 'Of what was removed or written anew: messages, documents, mails.'),
    outOfReach: Meaning(
      Type.Boolean(),
      'There is a server of others, which has to be seen to by hand; the page of the erasure says how.',
    ),
  }),
  example: { erasureId, step: 'documents', count: 2, outOfReach: false },
});

const ErasureEnded = defineMessage({
  type: 'ErasureEnded',
  meaning: 'The customer is erased.',
  schema: Type.Object({ erasureId: Uuid }),
  example: { erasureId },
});

export const ERASURE_EVENTS = [
  ErasureBegun,
  SubjectsFound,
  SubjectsErased,
  ErasureStepDone,
  ErasureEnded,
] as const;
export type ErasureEvent = MessageOf<(typeof ERASURE_EVENTS)[number]>;
