import { copiesOf } from '../queue/dead-letter.ts';
import { createMessage, type Message } from '../store/message.ts';
import { AmqpFault } from '../wire/fault.ts';
import {
  headersOf,
  isPersistent,
  joinProperties,
  type Properties,
  splitProperties,
  textProperty,
  timeToLive,
  withHeaders,
} from '../wire/properties.ts';
import type { Content } from './content-assembly.ts';

/**
 * Makes a message of what a client has published, and the routing keys it goes by: its own, and those of the
 * headers CC and BCC (of which BCC is taken out).
 *
 * @throws AmqpFault 406 when a property cannot be.
 */
export function toMessage(
  content: Content,
  user: string,
  publishedAt: number,
): { readonly message: Message; readonly keys: readonly string[] } {
  const { exchange, routingKey } = content.publish;
  let properties: Properties = splitProperties(content.properties);
  const userId = textProperty(properties, 'userId');
  if (userId !== undefined && userId !== user) {
    throw new AmqpFault(406, `user_id property set to '${userId}' but authenticated user was '${user}'`);
  }
  const headers = headersOf(properties);
  for (const header of ['CC', 'BCC']) {
    if (headers[header] === undefined || Array.isArray(headers[header])) continue;
    throw new AmqpFault(406, `invalid message: the header '${header}' must be a list of routing keys`);
  }
  const keys = [routingKey, ...copiesOf(headers, 'CC'), ...copiesOf(headers, 'BCC')];
  const hasBlindCopies = headers.BCC !== undefined;
  if (hasBlindCopies) properties = withHeaders(properties, new Map([['BCC', undefined]]));
  const message = createMessage({
    exchange,
    routingKey,
    properties: hasBlindCopies ? joinProperties(properties) : content.properties,
    body: content.body,
    publishedAt,
    timeToLive: timeToLive(properties),
    persistent: isPersistent(properties),
  });
  return { message, keys };
}
