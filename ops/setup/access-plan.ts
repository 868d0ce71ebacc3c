// Who needs which right, and why: the one place that says it. The setup command carries it out, prints it, and
// ops/decisions/least-privilege.md explains it.
import {
  ALL_GROUPS,
  deadQueueOf,
  queueOf,
  type ServiceName,
  streamOf,
} from '../../shared-contracts/messages/names.ts';

export const USERS = ['customer', 'backoffice', 'projections', 'console', 'reader'] as const;
export type UserName = (typeof USERS)[number];

export type UserPlan = {
  readonly name: UserName;
  /** What it is for. */
  readonly purpose: string;
  /** Groups of the event store's users. */
  readonly groups: readonly string[];
  /** RabbitMQ's permissions, as regular expressions on names; undefined: it never connects. */
  readonly broker: BrokerRights | undefined;
  /** MongoDB's role on the database of the read models; undefined: it never connects. */
  readonly mongo: 'readWrite' | 'read' | undefined;
  readonly needs: string;
};

export type BrokerRights = { readonly configure: string; readonly write: string; readonly read: string };

/** An access list of the event store: who may read, write and delete a stream, and read and write what is said of it. */
export type AccessList = Readonly<Partial<Record<'$r' | '$w' | '$d' | '$mr' | '$mw', readonly string[]>>>;

export type StreamPlan = { readonly stream: string; readonly acl: AccessList; readonly why: string };

/** Whom the lists name together: the four that are part of Deskstream. */
const DESK = 'desk';
const ADMINS = '$admins';

/** Both services declare both inboxes, so that it does not matter which of them starts first. */
const INBOXES = ['customer', 'backoffice'] as const satisfies readonly ServiceName[];
const TOPOLOGY = INBOXES.flatMap((service) => [queueOf(service), deadQueueOf(service)])
  .map((name) => name.replaceAll('.', '\\.'))
  .join('|');
const BETWEEN_SERVICES: BrokerRights = {
  configure: `^(${TOPOLOGY})$`,
  // What is refused goes through the nameless exchange to the dead queue.
  write: `^(${TOPOLOGY}|amq\\.default)$`,
  read: `^(${TOPOLOGY})$`,
};
/** Looking whether a queue is there, and how much waits in it, asks for no permission. */
const LOOKING: BrokerRights = { configure: '^$', write: '^$', read: '^$' };

export const USER_PLANS: readonly UserPlan[] = [
  {
    name: 'customer',
    purpose: 'the customer service',
    groups: [DESK],
    broker: BETWEEN_SERVICES,
    mongo: undefined,
    needs:
      'appends issues, addresses, mails sent, its inbox, keys and ledgers; consumes its groups; sends to the back office; asks the other services for their part of an erasure; deletes the keys of people who are erased',
  },
  {
    name: 'backoffice',
    purpose: 'the back office',
    groups: [DESK],
    broker: BETWEEN_SERVICES,
    mongo: 'read',
    needs:
      'appends tickets, employees, its inbox, keys and ledgers; consumes its groups; sends to the customer service; reads the lists; deletes the keys of messages that it could not read, in an erasure',
  },
  {
    name: 'projections',
    purpose: 'the read models and the analysts’ site',
    groups: [DESK],
    broker: undefined,
    mongo: 'readWrite',
    needs:
      'appends ledgers, sign-ins and the progress of rebuilds; consumes its groups; keeps the collections',
  },
  {
    name: 'console',
    purpose: 'the operators’ console and command line',
    groups: [DESK],
    broker: LOOKING,
    mongo: 'read',
    needs:
      'reads everything that is parked, truncates what is resolved, appends replays, ledgers and requests',
  },
  {
    name: 'reader',
    purpose: 'tools of people who analyse: it changes nothing',
    groups: [],
    broker: undefined,
    mongo: 'read',
    needs:
      'reads streams and read models; what is personal in streams stays encrypted, since it has no master key',
  },
];

const EVERYBODY_OF_OURS = [DESK, 'reader'];

/**
 * What holds for every stream that has no list of its own. The store knows no rights by category, so which service may
 * append to `issue-…` cannot be told from which may append to `ticket-…`.
 */
export const DEFAULTS: Readonly<Record<'$userStreamAcl' | '$systemStreamAcl', AccessList>> = {
  $userStreamAcl: {
    $r: EVERYBODY_OF_OURS,
    $w: [DESK],
    $d: ['customer', 'backoffice'],
    $mr: [DESK],
    $mw: [ADMINS],
  },
  $systemStreamAcl: { $r: [ADMINS], $w: [ADMINS], $d: [ADMINS], $mr: [ADMINS], $mw: [ADMINS] },
};

/** The lists of streams that are known by name. */
export function streamPlans(): readonly StreamPlan[] {
  const services = [...new Set(ALL_GROUPS.map(({ service }) => service))];
  return [
    {
      stream: '$all',
      acl: { $r: EVERYBODY_OF_OURS },
      why: 'a group on $all is for who may read $all, which else only administrators may',
    },
    {
      stream: '$persistentSubscriptionConfig',
      acl: { $r: ['console'] },
      why: 'the console holds the filters of the groups against what they should be',
    },
    ...ALL_GROUPS.flatMap(({ name, service }): StreamPlan[] => [
      {
        stream: streamOf.parked(name),
        acl: { $r: ['console'], $w: [service], $mr: ['console'], $mw: ['console'] },
        why: 'operators read what is parked and truncate what is resolved; the service parks what waited',
      },
      {
        stream: streamOf.failures(name),
        acl: { $w: [service, 'console'], $d: [ADMINS] },
        why: 'the ledger of its failures is written by the service and by operators',
      },
      {
        stream: streamOf.replay(name),
        acl: { $w: ['console'], $d: [ADMINS] },
        why: 'only operators ask for a replay',
      },
    ]),
    ...services.map(
      (service): StreamPlan => ({
        stream: streamOf.control(service),
        acl: { $w: [...new Set([service, 'console', 'customer'])], $d: [ADMINS] },
        why: 'operators ask, and the customer service in an erasure; the service answers',
      }),
    ),
    {
      stream: streamOf.setup('admin'),
      acl: { $w: ['backoffice', 'console'], $d: [ADMINS] },
      why: 'the first administrator is named once',
    },
  ];
}
