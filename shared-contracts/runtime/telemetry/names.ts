// The one place for names of spans, attributes and instruments. Messaging, database and HTTP names are those of the
// OpenTelemetry semantic conventions; what they do not name starts with `deskstream.`.

export const attribute = {
  messagingSystem: 'messaging.system',
  messagingOperationName: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingDestination: 'messaging.destination.name',
  messagingDestinationTemplate: 'messaging.destination.template',
  messagingGroup: 'messaging.consumer.group.name',
  messagingMessageId: 'messaging.message.id',
  errorType: 'error.type',
  correlationId: 'deskstream.correlation_id',
  command: 'deskstream.command',
  eventType: 'deskstream.event_type',
  revision: 'deskstream.revision',
  attempt: 'deskstream.attempt',
  tries: 'deskstream.tries',
  outcome: 'deskstream.outcome',
  handler: 'deskstream.handler',
  linkedAs: 'deskstream.linked_as',
  rejection: 'deskstream.rejection',
  condition: 'deskstream.condition',
  readModel: 'deskstream.read_model',
  routingKey: 'messaging.rabbitmq.destination.routing_key',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlScheme: 'url.scheme',
  databaseSystem: 'db.system.name',
  databaseNamespace: 'db.namespace',
  databaseCollection: 'db.collection.name',
  databaseOperation: 'db.operation.name',
  databaseBatchSize: 'db.operation.batch.size',
  cpuMode: 'cpu.mode',
  heapSpace: 'v8js.heap.space.name',
} as const;

export const databaseSystem = 'mongodb';
export const messagingSystem = { store: 'eventstoredb', broker: 'rabbitmq', mail: 'smtp' } as const;

/** `issue-0f3c…` → `issue-{id}`: names of low cardinality for spans. */
export function streamTemplate(stream: string): string {
  const dash = stream.indexOf('-');
  if (dash < 0) return stream;
  const category = stream.slice(0, dash);
  if (category === 'failures' || category === 'replay' || category === 'control') return stream;
  if (category === 'inbox') return `${stream.split('-').slice(0, 2).join('-')}-{id}`;
  return `${category}-{id}`;
}

/** Attributes of what is told of a group. */
export function ofGroup(group: string) {
  return { [attribute.messagingGroup]: group };
}
