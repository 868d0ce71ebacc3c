// Which tickets an employee was ever given: the streams `assignments-{employeeId}`, an index of the ticket streams.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { Uuid } from './fields.ts';

export const AssignmentNoted = defineMessage({
  type: 'AssignmentNoted',
  meaning: 'The employee was given this ticket; whether they still have it, the stream of the ticket says.',
  schema: Type.Object({ employeeId: Uuid, ticketId: Uuid }),
  example: {
    employeeId: '2b0e6f9a-0c53-4d0e-9d35-6f9a1d7c4e02',
    ticketId: '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11',
  },
});
