import { isUtf8 } from 'node:buffer';
import type { Entry } from '../store/entry.ts';
import { headersOf, isPersistent, splitProperties, textProperty } from '../wire/properties.ts';
import { moment } from './rows.ts';

/** How much of a body and of headers the page shows. */
const SHOWN_BYTES = 2_000;
const SHOWN_HEADERS = 4_000;

/** A message as the page shows it: text where it is text, else the first bytes in hexadecimal. */
export function messageView(entry: Entry) {
  const { content } = entry;
  if (!content) return undefined;
  const properties = splitProperties(content.properties);
  const { body } = content;
  const isCut = body.length > SHOWN_BYTES;
  const shown = body.subarray(0, SHOWN_BYTES);
  // A cut may go through a character: up to three bytes at its end are not looked at.
  const isText = isUtf8(shown) || (isCut && [1, 2, 3].some((less) => isUtf8(shown.subarray(0, -less))));
  const headers = JSON.stringify(headersOf(properties), undefined, 2);
  return {
    place: entry.seq,
    exchange: content.exchange || '(default)',
    routingKey: content.routingKey,
    publishedAt: moment(content.publishedAt),
    redelivered: entry.redelivered,
    persistent: isPersistent(properties),
    messageId: textProperty(properties, 'messageId'),
    type: textProperty(properties, 'type'),
    contentType: textProperty(properties, 'contentType'),
    headers: headers === '{}' ? undefined : headers.slice(0, SHOWN_HEADERS),
    size: body.length,
    isCut,
    body: isText
      ? shown.toString('utf8')
      : (shown
          .toString('hex')
          .match(/.{1,64}/g)
          ?.join('\n') ?? ''),
    form: isText ? 'text' : 'hexadecimal',
  };
}
