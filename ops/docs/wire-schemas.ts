// What travels beside the data of a message, as the code of the bus checks it.
import { EventMetadata } from '../../shared-contracts/messages/metadata.ts';
import { BesideData, HEADER } from '../../shared-contracts/runtime/bus/wire-message.ts';

/** The headers: ours, and the W3C trace context. */
export function headersSchema() {
  const { traceparent, tracestate } = EventMetadata.properties;
  const names = Object.entries(HEADER);
  const required = new Set<string>(BesideData.required);
  return {
    type: 'object',
    required: names.filter(([name]) => required.has(name)).map(([, header]) => header),
    properties: {
      ...Object.fromEntries(
        names.map(([name, header]) => [header, Reflect.get(BesideData.properties, name)]),
      ),
      traceparent,
      tracestate,
    },
  };
}

/** The properties of AMQP 0-9-1 (its class basic) that are set. */
export function propertiesSchema() {
  const { messageId, correlationId } = BesideData.properties;
  return {
    type: 'object',
    required: ['message-id', 'correlation-id', 'type'],
    properties: {
      'message-id': messageId,
      'correlation-id': correlationId,
      type: { type: 'string', description: 'The type of the message, as in the routing key.' },
    },
  };
}
