import { LINK_TYPE } from '../core/names.ts';
import { type LogRecord, NO_REVISION } from '../log/record.ts';
import type { ReadableEvent } from '../streams/event-frames.ts';

/** An event on its way through a group. */
export type Message = {
  readonly event: ReadableEvent;
  /**
   * Its place among all events that the group has looked at since it started; replayed parked messages have none
   * (they come after the others, and do not hold back checkpoints).
   */
  readonly sequence: number;
  /** Position (or revision) of what was looked at just before it; -1 at the beginning. */
  readonly before: number;
  /** Revision in the parked stream, for a replayed message. */
  readonly replayOf: number | undefined;
  retryCount: number;
};

export const REPLAY_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** The record that the group's source has: the link, where a link was resolved. */
export function originalOf(message: Message): LogRecord {
  const original = message.event.link ?? message.event.event;
  if (original === undefined) throw new Error('A message has neither an event nor a link.');
  return original;
}

/** Consumers settle a message by this id. */
export function idKey(id: Buffer): string {
  return id.toString('latin1');
}

/** The link text `revision@stream` of what the message is about: its target, where it is a link that leads somewhere. */
export function linkText(message: Message): Buffer {
  const { event, link } = message.event;
  if (event === undefined && link !== undefined) return link.data;
  const target = event ?? originalOf(message);
  const revision = target.revision === NO_REVISION ? '9223372036854775807' : String(target.revision);
  return Buffer.from(`${revision}@${target.stream}`);
}

/** The stream that a message is about: a link that was not resolved is about its target's. */
export function sourceStream(message: Message): string {
  const record = message.event.event ?? originalOf(message);
  if (record.type !== LINK_TYPE) return record.stream;
  const text = record.data.toString('utf8');
  const at = text.indexOf('@');
  return at < 0 ? record.stream : text.slice(at + 1);
}

/** Keeps the message without the large buffers that its events were read with. */
export function detached(event: ReadableEvent): ReadableEvent {
  return { event: event.event?.detached(), link: event.link?.detached() };
}
