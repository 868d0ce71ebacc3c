import type { Queue } from '../queue/queue.ts';
import type { Entry } from '../store/entry.ts';
import type { Message } from '../store/message.ts';
import { writeValue } from '../wire/field-table.ts';
import { joinProperties, splitProperties, withHeaders } from '../wire/properties.ts';
import { Writer } from '../wire/writer.ts';

/** The properties as they go out: a quorum queue says in `x-delivery-count` how often a message has come back. */
export function headersWithReturns(queue: Queue, entry: Entry, message: Message): Buffer {
  if (!queue.settings.quorum || entry.returns === 0) return message.properties;
  const writer = new Writer();
  writeValue(writer, entry.returns);
  const count = new Map([['x-delivery-count', writer.finish()]]);
  return joinProperties(withHeaders(splitProperties(message.properties), count));
}
