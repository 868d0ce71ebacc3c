// Every figure that the services tell, as data: the one place for names of metrics. Names, units and attributes are those of
// the OpenTelemetry semantic conventions; what they do not name starts with `deskstream.`.
import { attribute } from './names.ts';

/** A figure that is told. Its attributes have few values each: never an id, never what a person typed. */
export type Metric<Kind extends 'histogram' | 'counter' | 'gauge' = 'histogram' | 'counter' | 'gauge'> = {
  readonly kind: Kind;
  readonly name: string;
  /** As UCUM writes it: `s`, `By`, `1`, or what is counted: `{message}`. */
  readonly unit: string;
  readonly meaning: string;
  readonly attributes: readonly string[];
};

const { errorType, messagingGroup, messagingSystem, messagingOperationName } = attribute;
const { messagingDestination, messagingDestinationTemplate } = attribute;

const histogram = (name: string, meaning: string, ...attributes: string[]) =>
  ({ kind: 'histogram', name, unit: 's', meaning, attributes }) as const;
const counter = (name: string, unit: string, meaning: string, ...attributes: string[]) =>
  ({ kind: 'counter', name, unit, meaning, attributes }) as const;
const gauge = (name: string, unit: string, meaning: string, ...attributes: string[]) =>
  ({ kind: 'gauge', name, unit, meaning, attributes }) as const;

export const metric = {
  httpDuration: histogram(
    'http.server.request.duration',
    'Requests to the site, by the pattern of the route.',
    ...[attribute.httpMethod, attribute.httpRoute, attribute.httpStatus, attribute.urlScheme, errorType],
  ),

  commandDuration: histogram(
    'deskstream.command.duration',
    'Commands: load, decide, append, with what conflicts made it repeat.',
    ...[attribute.command, attribute.outcome, errorType],
  ),
  commandRejections: counter(
    'deskstream.command.rejections',
    '{command}',
    'Commands that the rules refused, by the code of the rejection.',
    ...[attribute.command, attribute.rejection],
  ),
  appendConflicts: counter(
    'deskstream.append.conflicts',
    '{append}',
    'Appends that the store refused because somebody else was faster.',
    messagingDestinationTemplate,
  ),

  operationDuration: histogram(
    'messaging.client.operation.duration',
    'Appends to the store, messages published (until they are safe), mails sent.',
    ...[
      messagingSystem,
      messagingOperationName,
      messagingDestination,
      messagingDestinationTemplate,
      errorType,
    ],
  ),
  sent: counter(
    'messaging.client.sent.messages',
    '{message}',
    'Messages published, and mails handed to the mail server, by whether that failed.',
    ...[messagingSystem, messagingOperationName, messagingDestination, errorType],
  ),
  consumed: counter(
    'messaging.client.consumed.messages',
    '{message}',
    'Messages delivered: to a group by the store, to the inbox of a service by the broker. Repeats count.',
    ...[messagingSystem, messagingOperationName, messagingDestination, messagingGroup],
  ),
  confirmDuration: histogram(
    'deskstream.broker.confirm.duration',
    'From handing a message to the connection until the broker has confirmed it.',
    ...[messagingDestination, errorType],
  ),
  returned: counter(
    'deskstream.broker.returned',
    '{message}',
    'Messages that the broker gave back because no queue takes them.',
    messagingDestination,
  ),

  processDuration: histogram(
    'messaging.process.duration',
    'Attempts to handle a message of a group, all tries of one together; messages of the broker taken into the inbox.',
    ...[messagingSystem, messagingOperationName, messagingDestination, messagingGroup, errorType],
  ),
  processed: counter('deskstream.group.processed', '{message}', 'Messages handled.', messagingGroup),
  failed: counter(
    'deskstream.group.failed',
    '{message}',
    'Messages that a handler failed on for good.',
    ...[messagingGroup, errorType],
  ),
  retried: counter(
    'deskstream.group.retried',
    '{try}',
    'Tries of handlers that failed and were repeated.',
    ...[messagingGroup, errorType],
  ),
  parked: counter(
    'deskstream.group.parked',
    '{message}',
    'Messages parked; each waits for a person.',
    messagingGroup,
  ),
  recovered: counter('deskstream.group.recovered', '{message}', 'Replays that worked.', messagingGroup),
  condition: gauge(
    'deskstream.group.condition',
    '1',
    '1 for what the group is here: connected, connecting, paused or stalled; 0 for what it is not.',
    ...[messagingGroup, attribute.condition],
  ),
  inFlight: gauge(
    'deskstream.group.in_flight',
    '{message}',
    'Messages delivered to this instance and not settled.',
    messagingGroup,
  ),
  blockedStreams: gauge(
    'deskstream.group.blocked_streams',
    '{stream}',
    'Streams that wait behind a parked message.',
    messagingGroup,
  ),
  groupLag: gauge(
    'deskstream.group.lag',
    's',
    'How long the oldest event that the group has not settled has waited, over all instances; 0 where none does.',
    messagingGroup,
  ),

  groupWaiting: gauge(
    'deskstream.group.waiting',
    '{event}',
    'Events that the group has not settled, up to 1,000 (told by the console).',
    messagingGroup,
  ),
  failedWaiting: gauge(
    'deskstream.failed_messages.waiting',
    '{message}',
    'Parked messages that wait for a person (told by the console).',
    messagingGroup,
  ),
  readModelLag: gauge(
    'deskstream.read_model.lag',
    's',
    'How long the oldest event that is not in the read model has waited; 0 where none does.',
    attribute.readModel,
  ),

  spansLost: counter(
    'deskstream.spans.lost',
    '{span}',
    'Spans that no collector got: `queue_full` where they ended faster than they could be sent, else why sending failed.',
    errorType,
  ),

  eventLoopMin: gauge('nodejs.eventloop.delay.min', 's', 'Delay of the event loop since the last look.'),
  eventLoopMax: gauge('nodejs.eventloop.delay.max', 's', 'Delay of the event loop since the last look.'),
  eventLoopMean: gauge('nodejs.eventloop.delay.mean', 's', 'Delay of the event loop since the last look.'),
  eventLoopP50: gauge('nodejs.eventloop.delay.p50', 's', 'Delay of the event loop since the last look.'),
  eventLoopP90: gauge('nodejs.eventloop.delay.p90', 's', 'Delay of the event loop since the last look.'),
  eventLoopP99: gauge('nodejs.eventloop.delay.p99', 's', 'Delay of the event loop since the last look.'),
  eventLoopUtilization: gauge(
    'nodejs.eventloop.utilization',
    '1',
    'Part of the time since the last look that the event loop was at work.',
  ),
  heapUsed: gauge('v8js.memory.heap.used', 'By', 'Heap in use, by heap space.', attribute.heapSpace),
  heapLimit: gauge(
    'v8js.memory.heap.limit',
    'By',
    'Heap that is set aside, by heap space.',
    attribute.heapSpace,
  ),
  memory: gauge('process.memory.usage', 'By', 'Resident memory of the process.'),
  cpuTime: counter('process.cpu.time', 's', 'Time on a processor.', attribute.cpuMode),
  uptime: gauge('process.uptime', 's', 'Since the process was started.'),
} as const satisfies Readonly<Record<string, Metric>>;
