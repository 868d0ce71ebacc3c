// The one place for names of streams, groups, exchanges and queues (collections: see documents/).

export type ServiceName = 'customer' | 'backoffice' | 'projections';

/** A persistent subscription group on `$all`. No name may be a prefix of another: stream filters are prefixes. */
export type GroupDeclaration = {
  readonly name: string;
  readonly service: ServiceName;
  readonly purpose: string;
  /** `by-stream`: a failed message holds up the later ones of its stream. `free`: each message stands alone. */
  readonly order: 'by-stream' | 'free';
};

export const GROUPS = {
  customerNotifications: {
    name: 'customer.notifications',
    service: 'customer',
    purpose: 'Mails the customer about each step.',
    order: 'free',
  },
  customerIntegration: {
    name: 'customer.integration',
    service: 'customer',
    purpose: 'Tells the back office about issues.',
    order: 'by-stream',
  },
  customerInbox: {
    name: 'customer.inbox',
    service: 'customer',
    purpose: 'Takes what the back office tells.',
    order: 'by-stream',
  },
  customerAddresses: {
    name: 'customer.addresses',
    service: 'customer',
    purpose: 'Remembers which issues an address reported.',
    order: 'by-stream',
  },
  customerLinks: {
    name: 'customer.links',
    service: 'customer',
    purpose: 'Mails lost links to those who ask.',
    order: 'free',
  },
  customerControl: {
    name: 'customer.control',
    service: 'customer',
    purpose: 'Does what operators ask for: erases customers.',
    order: 'free',
  },
  backofficeInbox: {
    name: 'backoffice.inbox',
    service: 'backoffice',
    purpose: 'Takes what customers report.',
    order: 'by-stream',
  },
  backofficeIntegration: {
    name: 'backoffice.integration',
    service: 'backoffice',
    purpose: 'Tells the customer service how tickets go on.',
    order: 'by-stream',
  },
  backofficeAssignments: {
    name: 'backoffice.assignments',
    service: 'backoffice',
    purpose: 'Takes tickets back from deactivated employees.',
    order: 'by-stream',
  },
  backofficeControl: {
    name: 'backoffice.control',
    service: 'backoffice',
    purpose: 'Does its part of erasures.',
    order: 'free',
  },
  projectionsTickets: {
    name: 'projections.tickets',
    service: 'projections',
    purpose: 'Keeps the list of tickets.',
    order: 'by-stream',
  },
  projectionsEmployees: {
    name: 'projections.employees',
    service: 'projections',
    purpose: 'Keeps the list of employees.',
    order: 'by-stream',
  },
  projectionsTicketDetails: {
    name: 'projections.ticket-details',
    service: 'projections',
    purpose: 'Keeps what the page of a ticket shows.',
    order: 'by-stream',
  },
  projectionsTicketMetrics: {
    name: 'projections.ticket-metrics',
    service: 'projections',
    purpose: 'Keeps the figures of tickets.',
    order: 'by-stream',
  },
  projectionsIssues: {
    name: 'projections.issues',
    service: 'projections',
    purpose: 'Keeps what was reported under which address.',
    order: 'by-stream',
  },
  projectionsFailedMessages: {
    name: 'projections.failed-messages',
    service: 'projections',
    purpose: 'Keeps the list of failed messages.',
    order: 'by-stream',
  },
  projectionsControl: {
    name: 'projections.control',
    service: 'projections',
    purpose: 'Does what operators ask for: rebuilds read models, and its part of erasures.',
    order: 'free',
  },
} as const satisfies Record<string, GroupDeclaration>;

export const ALL_GROUPS: readonly GroupDeclaration[] = Object.values(GROUPS);

export const streamOf = {
  issue: (issueId: string) => `issue-${issueId}`,
  address: (addressId: string) => `address-${addressId}`,
  ticket: (ticketId: string) => `ticket-${ticketId}`,
  employee: (employeeId: string) => `employee-${employeeId}`,
  /** Who tried to sign in with an account. */
  signIns: (employeeId: string) => `signins-${employeeId}`,
  /** The access tokens of an employee. */
  tokens: (employeeId: string) => `tokens-${employeeId}`,
  /** Which tickets an employee was ever given. */
  assignments: (employeeId: string) => `assignments-${employeeId}`,
  /** Messages from RabbitMQ about one subject (the issue), in the order they came. */
  inbox: (service: ServiceName, subject: string) => `inbox-${service}-${subject}`,
  /** A message from RabbitMQ that cannot be read: about nobody knows what, so it holds up nothing else. */
  unreadable: (service: ServiceName, id: string) => `inbox-${service}-unreadable-${id}`,
  notification: (eventId: string) => `notification-${eventId}`,
  /** The key that personal data of one subject is encrypted under; deleted for good when the subject is erased. */
  key: (subject: string) => `key-${subject}`,
  /** What was set up once for the whole system. */
  setup: (what: 'admin') => `setup-${what}`,
  failures: (group: string) => `failures-${group}`,
  replay: (group: string) => `replay-${group}`,
  /** What operators ask of a service, and what became of it. */
  control: (service: ServiceName) => `control-${service}`,
  /** What became of the erasure of a customer. */
  erasure: (erasureId: string) => `erasure-${erasureId}`,
  /** Where the store itself keeps what a group on `$all` parked. */
  parked: (group: string) => `$persistentsubscription-$all::${group}-parked`,
} as const;

/** Prefixes for the filters of groups; each ends in the dash that ends a category. */
export const categoryOf = {
  issue: 'issue-',
  address: 'address-',
  ticket: 'ticket-',
  employee: 'employee-',
  inbox: (service: ServiceName) => `inbox-${service}-`,
  /** Messages that could not be read; each in a stream of its own. */
  unreadable: (service: ServiceName) => `inbox-${service}-unreadable-`,
  failures: 'failures-',
  erasure: 'erasure-',
} as const;

/** The id at the end of a stream's name: `ticket-7a…` → `7a…`. */
export function idOfStream(category: string, stream: string): string {
  return stream.slice(category.length);
}

export const exchangeOf = (service: ServiceName) => `${service}.inbox`;
export const queueOf = (service: ServiceName) => `${service}.inbox`;
export const deadQueueOf = (service: ServiceName) => `${service}.inbox.dead`;
