import type { AttemptState, FailedState } from '../messages/failed-message-state.ts';
import type { ServiceName } from '../messages/names.ts';
import type { ReadModel, RevisionedDocument } from './read-model.ts';

/** One failed message: one group and one origin, whatever was tried since. What failed is that of the last failure. */
export type FailedMessageDocument = RevisionedDocument & {
  readonly group: string;
  readonly service: ServiceName | null;
  readonly state: FailedState;
  readonly stateSince: Date;
  readonly attempts: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly streamRevision: number;
  readonly blocksStream: boolean;
  readonly correlationId: string | null;
  readonly traceId: string | null;
  readonly handler: string;
  readonly tries: number;
  readonly errorName: string;
  readonly errorCode: string | null;
  readonly errorMessage: string;
  readonly host: string;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
  readonly parkedAt: number;
  readonly replay: string | null;
  readonly resolvedBy: string | null;
  readonly discardReason: string | null;
  readonly discardId: string | null;
  readonly searchText: string;
  readonly lastAttempts: readonly { readonly id: string; readonly state: AttemptState }[];
};

/** Text is searched by a substring: `{ searchText: { $regex: escaped, small letters } }`, within a state or a group. */
export const FAILED_MESSAGES: ReadModel<FailedMessageDocument> = {
  name: 'failed_messages',
  version: 2,
  meaning: 'A message that a handler gave up, and what became of it.',
  fields: {
    _id: '`{group}:{eventId}`.',
    revision: 'Revision of the last entry of `failures-{group}` about this message.',
    group: 'The subscription group whose handler failed.',
    service: 'The service that the group belongs to; null for a group that is not known any more.',
    state: '`waiting` (for a person), `replaying`, `recovered` or `discarded`.',
    stateSince: 'Since when it is in that state.',
    attempts: 'How often it was given up.',
    eventId: 'Id of the event that the message is about.',
    eventType: 'Type of that event.',
    stream: 'Where that event stands.',
    streamRevision: 'Its revision in there.',
    blocksStream: 'Whether later events of that stream wait for it.',
    correlationId: 'The conversation that the event belongs to.',
    traceId: 'Trace of the last failure.',
    handler: 'Name of the handler that failed last.',
    tries: 'How often that handler was tried in the last attempt.',
    errorName: 'Name of the last error.',
    errorCode: 'Its stable code, where it has one.',
    errorMessage: 'Its message, without addresses; the stack is in the entry of the ledger.',
    host: 'The machine that it failed on last.',
    firstFailedAt: 'When it was first given up.',
    lastFailedAt: 'When it was given up last.',
    parkedAt: 'Revision, in the ledger, of the entry about the last failure.',
    replay: 'The request of an operator by which it is being replayed; null while it is not.',
    resolvedBy: 'Who discarded it; null in other states.',
    discardReason: 'Why it was discarded; null in other states.',
    discardId: 'Id of the last entry that discarded it: one that was written twice is known again.',
    searchText:
      'Event type, handler, error and ids in small letters, 2,000 characters at most: found by a substring.',
    lastAttempts:
      'What became of the newest 20 attempts, the oldest first: `id`, and `state`: `queued`, `parked`, `recovered` or `withdrawn`.',
  },
  personal: [],
  indexes: [
    { keys: { state: 1, lastFailedAt: -1, _id: 1 }, options: { name: 'by_state' } },
    { keys: { group: 1, state: 1, lastFailedAt: -1, _id: 1 }, options: { name: 'by_group' } },
    { keys: { firstFailedAt: -1, _id: 1, group: 1 }, options: { name: 'by_first_failure' } },
    { keys: { state: 1, stateSince: -1, _id: 1, group: 1 }, options: { name: 'by_change' } },
    { keys: { replay: 1 }, options: { name: 'by_replay' } },
    { keys: { stream: 1 }, options: { name: 'by_stream' } },
    { keys: { correlationId: 1 }, options: { name: 'by_correlation' } },
  ],
  example: {
    _id: 'customer.notifications:3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11',
    revision: 0,
    group: 'customer.notifications',
    service: 'customer',
    state: 'waiting',
    stateSince: new Date('2026-11-22T10:15:00Z'),
    attempts: 1,
    eventId: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11',
    eventType: 'IssueReported',
    stream: 'issue-6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa',
    streamRevision: 0,
    blocksStream: false,
    correlationId: '0b7f3b1e-8a58-4c88-a6ce-5e3a5b4c7a90',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    handler: 'mail-confirmation',
    tries: 1,
    errorName: 'Error',
    errorCode: 'mail-refused',
    errorMessage: 'The mail server refused the mail.',
    host: 'desk-1',
    firstFailedAt: new Date('2026-11-22T10:15:00Z'),
    lastFailedAt: new Date('2026-11-22T10:15:00Z'),
    parkedAt: 0,
    replay: null,
    resolvedBy: null,
    discardReason: null,
    discardId: null,
    searchText:
      'issuereported mail-confirmation error mail-refused the mail server refused the mail. issue-6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa 3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11 0b7f3b1e-8a58-4c88-a6ce-5e3a5b4c7a90',
    lastAttempts: [{ id: '3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d11', state: 'parked' }],
  },
};
