// What was mailed: the streams `notification-{eventId}`, one for each event that a customer is told about.
import { Type } from 'typebox';
import { defineMessage } from './define-message.ts';
import { Meaning, Nullable, Uuid } from './fields.ts';

export const NotificationSent = defineMessage({
  type: 'NotificationSent',
  meaning: 'The mail server accepted the mail about one event.',
  schema: Type.Object({
    issueId: Meaning(Nullable(Uuid), 'Null for a mail that is about no single issue.'),
    mail: Meaning(
      Type.Enum(['confirmation', 'progress', 'answer', 'closed', 'links']),
      'Which of our mails it was.',
    ),
    messageId: Meaning(
      Type.String({ maxLength: 300 }),
      'Message-ID of the mail, made from the id of the event.',
    ),
  }),
  example: {
    issueId: '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    mail: 'confirmation',
    messageId: '<3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11@deskstream>',
  },
});
