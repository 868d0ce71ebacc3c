import { createHash } from 'node:crypto';
import type { ConsumeMessage, GetMessage } from 'amqplib';
import { queueOf, type ServiceName } from '../../messages/names.ts';
import { deterministicId } from '../ids.ts';

/**
 * Names a message that cannot be read: those that are equal in body, type, id and routing key are one. It is the same on its
 * queue and on the dead queue, where a header remembers by which key it came.
 */
export function unreadableIdOf(
  service: ServiceName,
  { content, properties, fields }: ConsumeMessage | GetMessage,
): string {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const [death] = properties.headers?.['x-death'] ?? [];
  const routingKey = death?.['routing-keys'][0] ?? fields.routingKey;
  const identity = [properties.type, properties.messageId, routingKey, sha256];
  return deterministicId('unreadable', queueOf(service), JSON.stringify(identity));
}
