// Which streams there are, what stands in them, and who appends it: the codec does not need it, people and checks do.
import { FirstAdminNamed, SIGN_IN_EVENTS } from './account-events.ts';
import { ADDRESS_EVENTS } from './address-events.ts';
import { AssignmentNoted } from './assignment-events.ts';
import {
  GroupSettingsApplied,
  OperationCancelled,
  OperationEnded,
  OperationProgressed,
  OperationRequested,
} from './control-events.ts';
import type { MessageDefinition } from './define-message.ts';
import { EMPLOYEE_EVENTS } from './employee-events.ts';
import { ERASURE_EVENTS, ErasureStepDone, SubjectsErased, SubjectsFound } from './erasure-events.ts';
import {
  FAILURE_EVENTS,
  MessageDiscarded,
  PersonalDataShown,
  ReplayCancelled,
  ReplayRequested,
  ReplayStarted,
} from './failure-events.ts';
import { BACKOFFICE_MESSAGES, CUSTOMER_MESSAGES } from './integration-messages.ts';
import { ISSUE_EVENTS } from './issue-events.ts';
import { SubjectKeyCreated } from './key-events.ts';
import { streamOf } from './names.ts';
import { NotificationSent } from './notification-events.ts';
import { MessageEdited } from './replay-events.ts';
import { TICKET_EVENTS } from './ticket-events.ts';
import { TOKEN_EVENTS } from './token-events.ts';
import { MessageUnreadable } from './unreadable-events.ts';

/**
 * Who appends: one service, the operators' console and command line, the service that a stream is named after, or each of
 * the sites that employees sign in to.
 */
export type Appender = 'customer' | 'backoffice' | 'projections' | 'operators' | 'the service' | 'sites';

/** All streams of one category. */
export type StreamFamily = {
  /** The form of their names. */
  readonly name: string;
  readonly meaning: string;
  /** Who takes them in beside the groups that hear them all (`subscriptions.ts`): a sentence for the catalogue. */
  readonly readers?: string;
  readonly holds: readonly { readonly by: Appender; readonly types: readonly MessageDefinition[] }[];
};

const BY_OPERATORS: readonly MessageDefinition[] = [
  ReplayStarted,
  ReplayRequested,
  ReplayCancelled,
  MessageDiscarded,
  PersonalDataShown,
];

const UNREADABLE = 'what could not be read stands in a stream of its own, with `unreadable-` before its id.';

export const STREAMS = {
  issue: {
    name: streamOf.issue('{issueId}'),
    meaning: 'An issue as its customer sees it.',
    holds: [{ by: 'customer', types: ISSUE_EVENTS }],
  },
  address: {
    name: streamOf.address('{addressId}'),
    meaning: 'What one e-mail address was used for; the name does not tell which address it is.',
    holds: [{ by: 'customer', types: ADDRESS_EVENTS }],
  },
  ticket: {
    name: streamOf.ticket('{ticketId}'),
    meaning: 'The work on an issue, or on what an employee wrote down.',
    holds: [{ by: 'backoffice', types: TICKET_EVENTS }],
  },
  employee: {
    name: streamOf.employee('{employeeId}'),
    meaning: 'Somebody who works on tickets.',
    holds: [{ by: 'backoffice', types: EMPLOYEE_EVENTS }],
  },
  signIns: {
    name: streamOf.signIns('{employeeId}'),
    meaning: 'Who tried to sign in with an account, and whether it worked.',
    readers: 'every site that employees sign in to, to slow down who guesses passwords',
    holds: [{ by: 'sites', types: SIGN_IN_EVENTS }],
  },
  tokens: {
    name: streamOf.tokens('{employeeId}'),
    meaning: 'The access tokens of an employee, for programs that read the API of the analysts’ site.',
    readers: 'the analysts’ site, for every request that comes with a token',
    holds: [{ by: 'projections', types: TOKEN_EVENTS }],
  },
  assignments: {
    name: streamOf.assignments('{employeeId}'),
    meaning: 'Which tickets an employee was ever given.',
    readers: 'the group `backoffice.assignments`, when the employee is deactivated',
    holds: [{ by: 'backoffice', types: [AssignmentNoted] }],
  },
  setup: {
    name: streamOf.setup('admin'),
    meaning: 'That there is an administrator.',
    readers: 'the back office at its start, and the sign-in pages',
    holds: [{ by: 'backoffice', types: [FirstAdminNamed] }],
  },
  notification: {
    name: streamOf.notification('{eventId}'),
    meaning: 'The mail about one event.',
    readers: 'the groups `customer.notifications` and `customer.links`, before they send a mail',
    holds: [{ by: 'customer', types: [NotificationSent] }],
  },
  backofficeInbox: {
    name: streamOf.inbox('backoffice', '{issueId}'),
    meaning:
      'What the customer service told the back office about one issue over RabbitMQ, in its order; ' +
      UNREADABLE,
    holds: [{ by: 'backoffice', types: [...BACKOFFICE_MESSAGES, MessageUnreadable] }],
  },
  customerInbox: {
    name: streamOf.inbox('customer', '{issueId}'),
    meaning:
      'What the back office told the customer service about one issue over RabbitMQ, in its order; ' +
      UNREADABLE,
    holds: [{ by: 'customer', types: [...CUSTOMER_MESSAGES, MessageUnreadable] }],
  },
  failures: {
    name: streamOf.failures('{group}'),
    meaning: 'The ledger of the failed messages of one group.',
    readers: 'every instance of the group, and the operators',
    holds: [
      { by: 'the service', types: FAILURE_EVENTS.filter((type) => !BY_OPERATORS.includes(type)) },
      { by: 'operators', types: BY_OPERATORS },
    ],
  },
  replay: {
    name: streamOf.replay('{group}'),
    meaning: 'What a group is to handle again: links to the failed messages, and edited ones.',
    readers: 'the group, with the handler of the message that failed',
    holds: [{ by: 'operators', types: [MessageEdited] }],
  },
  control: {
    name: 'control-{service}',
    meaning: 'What operators ask of a service, and what became of it.',
    readers: 'the service, and the operators',
    holds: [
      { by: 'operators', types: [OperationRequested, OperationCancelled] },
      { by: 'the service', types: [OperationProgressed, OperationEnded, GroupSettingsApplied] },
    ],
  },
  erasure: {
    name: streamOf.erasure('{erasureId}'),
    meaning: 'What became of the erasure of a customer; nothing in it tells whom it was about.',
    readers: 'every process, to forget the keys that it has read, and the operators',
    holds: [
      { by: 'customer', types: ERASURE_EVENTS },
      { by: 'backoffice', types: [SubjectsFound, SubjectsErased, ErasureStepDone] },
      { by: 'projections', types: [ErasureStepDone] },
    ],
  },
  key: {
    name: streamOf.key('{subject}'),
    meaning:
      'The key that the personal data of one subject is encrypted under; without it the subject is erased.',
    readers: 'every service, before it encrypts or decrypts personal data',
    holds: [{ by: 'the service', types: [SubjectKeyCreated] }],
  },
} as const satisfies Record<string, StreamFamily>;

/** The prefix of a family's streams, as filters of groups have it; of a family of one stream, its name. */
export function prefixOf({ name }: StreamFamily): string {
  return name.split('{')[0] ?? name;
}
