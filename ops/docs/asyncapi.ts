// The AsyncAPI 3.0 document of what the services tell each other over RabbitMQ
// (https://www.asyncapi.com/docs/reference/specification/v3.0.0, AMQP bindings 0.3.0).
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import { CONVERSATIONS } from '../../shared-contracts/messages/integration-messages.ts';
import { deadQueueOf, exchangeOf, queueOf, type ServiceName } from '../../shared-contracts/messages/names.ts';
import { DEAD_QUEUE_ARGUMENTS, queueArguments } from '../../shared-contracts/runtime/bus/topology.ts';
import { headersSchema, propertiesSchema } from './wire-schemas.ts';

const BINDING_VERSION = '0.3.0';
const VHOST = '/';

/** The document, ready to be written as JSON. */
export function asyncApiDocument(version: string) {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Deskstream: messages between the services',
      version,
      description:
        'What the customer service and the back office tell each other. Each publishes to the exchange of the service that it tells; ' +
        'the routing key is the type of the message. Delivery is at least once: a message has the same message-id however often it ' +
        'comes, and the order of the messages about one subject is kept.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      rabbitmq: {
        host: '{host}:{port}',
        protocol: 'amqp',
        protocolVersion: '0-9-1',
        description: 'RabbitMQ, or the embedded broker; the setting AMQP_URL says where.',
        variables: { host: { default: '127.0.0.1' }, port: { default: '5672' } },
      },
    },
    channels: Object.fromEntries(CONVERSATIONS.flatMap(channelsOf)),
    operations: Object.fromEntries(CONVERSATIONS.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(
        CONVERSATIONS.flatMap(({ messages }) =>
          messages.map((definition) => [definition.type, messageOf(definition)]),
        ),
      ),
      schemas: {
        Headers: headersSchema(),
        Properties: propertiesSchema(),
        ...Object.fromEntries(
          CONVERSATIONS.flatMap(({ messages }) =>
            messages.map(({ type, schema, meaning }) => [
              type,
              { title: type, description: meaning, ...schema },
            ]),
          ),
        ),
      },
    },
  };
}

type Conversation = {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly messages: readonly MessageDefinition[];
};
type Entry = readonly [key: string, value: object];

const routeKey = (to: ServiceName, type: string) => `${exchangeOf(to)}.${type}`;
const queueKey = (to: ServiceName) => queueOf(to);

/** A channel for each routing key, one for the queue that they all lead to, and one for what cannot be read. */
function channelsOf({ to, messages }: Conversation): readonly Entry[] {
  const servers = [{ $ref: '#/servers/rabbitmq' }];
  const exchange = { name: exchangeOf(to), type: 'topic', durable: true, autoDelete: false, vhost: VHOST };
  const queue = { durable: true, exclusive: false, autoDelete: false, vhost: VHOST };
  const routes = messages.map(
    ({ type, meaning }): Entry => [
      routeKey(to, type),
      {
        address: type,
        title: `${type} on the exchange ${exchange.name}`,
        description: meaning,
        servers,
        messages: refsTo([type]),
        bindings: { amqp: { is: 'routingKey', exchange, bindingVersion: BINDING_VERSION } },
      },
    ],
  );
  return [
    ...routes,
    [
      queueKey(to),
      {
        address: queueOf(to),
        title: `The queue of the service ${to}`,
        description: `Bound to the exchange ${exchange.name} with the binding key #. One consumer at a time is active.`,
        servers,
        messages: refsTo(messages.map(({ type }) => type)),
        bindings: {
          amqp: {
            is: 'queue',
            queue: { name: queueOf(to), ...queue },
            'x-arguments': queueArguments(to),
            bindingVersion: BINDING_VERSION,
          },
        },
      },
    ],
    [
      deadQueueOf(to),
      {
        address: deadQueueOf(to),
        title: `What the service ${to} could not read`,
        description:
          'Messages that do not keep their contract are kept here, as they came. Nobody consumes them.',
        servers,
        messages: {},
        bindings: {
          amqp: {
            is: 'queue',
            queue: { name: deadQueueOf(to), ...queue },
            'x-arguments': DEAD_QUEUE_ARGUMENTS,
            bindingVersion: BINDING_VERSION,
          },
        },
      },
    ],
  ];
}

function operationsOf({ from, to, messages }: Conversation): readonly Entry[] {
  const sent = messages.map(({ type, meaning }): Entry => {
    const channel = `#/channels/${routeKey(to, type)}`;
    return [
      `${from}.send.${type}`,
      {
        action: 'send',
        title: `The service ${from} sends ${type}`,
        summary: meaning,
        channel: { $ref: channel },
        messages: [{ $ref: `${channel}/messages/${type}` }],
        tags: [{ name: from }],
        // Persistent, and returned where no queue is bound; the publisher waits for the confirm.
        bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion: BINDING_VERSION } },
      },
    ];
  });
  const channel = `#/channels/${queueKey(to)}`;
  const received: Entry = [
    `${to}.receive`,
    {
      action: 'receive',
      title: `The service ${to} takes in what it is told`,
      summary: 'Appends the message to the inbox stream of its subject, then acknowledges it.',
      channel: { $ref: channel },
      messages: messages.map(({ type }) => ({ $ref: `${channel}/messages/${type}` })),
      tags: [{ name: to }],
      bindings: { amqp: { ack: true, bindingVersion: BINDING_VERSION } },
    },
  ];
  return [...sent, received];
}

function messageOf({ type, version, meaning, example }: MessageDefinition) {
  return {
    name: type,
    title: type,
    summary: meaning,
    contentType: 'application/json',
    headers: { $ref: '#/components/schemas/Headers' },
    payload: { $ref: `#/components/schemas/${type}` },
    'x-schema-version': version,
    'x-amqp-properties': { $ref: '#/components/schemas/Properties' },
    bindings: { amqp: { contentEncoding: 'utf-8', messageType: type, bindingVersion: BINDING_VERSION } },
    examples: [{ name: type, payload: example }],
  };
}

function refsTo(types: readonly string[]) {
  return Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }]));
}
