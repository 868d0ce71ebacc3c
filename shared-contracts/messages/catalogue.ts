// Every event and message by its type: the codec, the catalogue page and the golden files read it.
import { FirstAdminNamed, SIGN_IN_EVENTS } from './account-events.ts';
import { ADDRESS_EVENTS } from './address-events.ts';
import { AssignmentNoted } from './assignment-events.ts';
import { CONTROL_EVENTS } from './control-events.ts';
import type { MessageDefinition } from './define-message.ts';
import { EMPLOYEE_EVENTS } from './employee-events.ts';
import { ERASURE_EVENTS } from './erasure-events.ts';
import { FAILURE_EVENTS } from './failure-events.ts';
import { BACKOFFICE_MESSAGES, CUSTOMER_MESSAGES } from './integration-messages.ts';
import { ISSUE_EVENTS } from './issue-events.ts';
import { SubjectKeyCreated } from './key-events.ts';
import { NotificationSent } from './notification-events.ts';
import { MessageEdited } from './replay-events.ts';
import { TICKET_EVENTS } from './ticket-events.ts';
import { TOKEN_EVENTS } from './token-events.ts';
import { MessageUnreadable } from './unreadable-events.ts';

export const CATALOGUE: ReadonlyMap<string, MessageDefinition> = new Map(
  [
    ...ISSUE_EVENTS,
    ...ADDRESS_EVENTS,
    ...TICKET_EVENTS,
    ...EMPLOYEE_EVENTS,
    ...SIGN_IN_EVENTS,
    ...TOKEN_EVENTS,
    FirstAdminNamed,
    AssignmentNoted,
    NotificationSent,
    ...BACKOFFICE_MESSAGES,
    ...CUSTOMER_MESSAGES,
    MessageUnreadable,
    ...FAILURE_EVENTS,
    MessageEdited,
    ...CONTROL_EVENTS,
    ...ERASURE_EVENTS,
    SubjectKeyCreated,
  ].map((definition) => [definition.type, definition]),
);
