import type { Message } from './message.ts';

/** The place of one message in one queue. */
export type Entry = {
  /** Its place: numbers of one queue rise and are never used again. */
  readonly seq: number;
  /** Survives a restart: a persistent message in a durable queue. */
  readonly kept: boolean;
  /** Size of its record in bytes. */
  readonly size: number;
  /** When it must have left the queue, in milliseconds since 1970; Infinity for never. */
  readonly expiresAt: number;
  /** Has been handed to someone before. */
  redelivered: boolean;
  /** How often it came back without being settled (counted since the broker started). */
  returns: number;
  /** Its content while it is held in memory; otherwise it is on disk only. */
  content: Message | undefined;
};
