import t from 'tap';
import {
  FAILED_MESSAGES,
  type FailedMessageDocument,
} from '../../shared-contracts/documents/failed-message-document.ts';
import type { FailureEvent } from '../../shared-contracts/messages/failure-events.ts';
import { failedMessages } from './failed-messages.ts';
import { NOW, outcomesOf, type ViewTable } from './testing/view-table.ts';

const waiting = FAILED_MESSAGES.example;
const { group, eventId } = waiting;
const origin = { stream: waiting.stream, revision: 0, eventId, type: 'IssueReported' };
const replayId = '0c9b1f0d-91a9-4dd2-a9a6-49b6e0d4a4f5';
const batch = '5d9d8a3e-0a55-4c56-9f0c-0b6e4b2f7c10';
const by = 'operator:sam';
/** The id that the table's events have in the ledger. */
const entryId = 'b3a0c8f0-5f0e-4e0d-9a55-0d1f0f6f7a10';

const queued = [...waiting.lastAttempts, { id: replayId, state: 'queued' as const }];
const replaying: Partial<FailedMessageDocument> = { state: 'replaying', replay: batch, lastAttempts: queued };
const recovered: Partial<FailedMessageDocument> = {
  state: 'recovered',
  lastAttempts: [...waiting.lastAttempts, { id: replayId, state: 'recovered' }],
};
const failure = {
  group,
  origin,
  attemptId: eventId,
  attempt: 1,
  handler: 'mail-confirmation',
  tries: 1,
  error: {
    name: 'Error',
    code: 'mail-refused',
    message: 'The mail server refused the mail.',
    stack: 'Error',
  },
  correlationId: waiting.correlationId,
  traceId: waiting.traceId,
  spanId: null,
  host: 'desk-1',
  occurredAt: '2026-11-22T10:15:00.000Z',
};
const again = {
  ...failure,
  attemptId: replayId,
  attempt: 2,
  tries: 4,
  error: { name: 'TypeError', code: null, message: 'No such TEMPLATE.', stack: 'TypeError' },
  host: 'desk-2',
  occurredAt: '2026-11-23T07:59:00.000Z',
};
const { _id, revision, ...first } = waiting;

const table: ViewTable<FailedMessageDocument, FailureEvent> = {
  MessageParked: [
    { before: null, data: failure, becomes: first },
    {
      before: { ...replaying, blocksStream: true },
      data: again,
      becomes: {
        state: 'waiting',
        stateSince: new Date(again.occurredAt),
        attempts: 2,
        tries: 4,
        errorName: 'TypeError',
        errorCode: null,
        errorMessage: 'No such TEMPLATE.',
        host: 'desk-2',
        lastFailedAt: new Date(again.occurredAt),
        parkedAt: 1,
        replay: null,
        searchText: `issuereported mail-confirmation typeerror no such template. ${origin.stream} ${eventId} ${failure.correlationId}`,
        lastAttempts: [...waiting.lastAttempts, { id: replayId, state: 'parked' }],
      },
    },
    // A crash after the first of the two steps of parking: the attempt is written down again.
    { data: failure, becomes: {} },
    // An attempt that was repeated after its effect changes nothing.
    { before: recovered, data: again, becomes: {} },
  ],
  ReplayStarted: [
    {
      data: { group, batch, total: 1, selection: { upTo: 12, messages: null, filter: {} }, by },
      becomes: {},
    },
  ],
  ReplayRequested: [
    {
      data: { group, origin, replayId, batch, attempt: 2, by },
      becomes: { ...replaying, stateSince: NOW },
    },
    {
      before: { state: 'discarded', resolvedBy: by, discardReason: 'Spam.', discardId: entryId },
      data: { group, origin, replayId, batch, attempt: 2, by },
      becomes: { ...replaying, stateSince: NOW, resolvedBy: null, discardReason: null },
    },
    // The request comes after its attempt has ended.
    { before: recovered, data: { group, origin, replayId, batch, attempt: 2, by }, becomes: {} },
  ],
  ReplayCancelled: [
    {
      before: replaying,
      data: { group, batch, by },
      becomes: { state: 'waiting', stateSince: NOW, replay: null },
    },
    { before: { ...replaying, replay: entryId }, data: { group, batch, by }, becomes: {} },
  ],
  MessageRecovered: [
    {
      before: { ...replaying, blocksStream: true },
      data: { group, origin, attemptId: replayId },
      becomes: { ...recovered, stateSince: NOW, replay: null, blocksStream: false },
    },
    { before: recovered, data: { group, origin, attemptId: replayId }, becomes: {} },
  ],
  MessageDiscarded: [
    {
      before: { blocksStream: true },
      data: { group, origin, reason: 'Spam.', by },
      becomes: {
        state: 'discarded',
        stateSince: NOW,
        blocksStream: false,
        resolvedBy: by,
        discardReason: 'Spam.',
        discardId: entryId,
      },
    },
    // The same entry was appended twice, and an operator replays the message since.
    {
      before: { ...replaying, discardId: entryId },
      data: { group, origin, reason: 'Spam.', by },
      becomes: {},
    },
  ],
  PersonalDataShown: [{ data: { group, origin, by }, becomes: {} }],
  StreamBlocked: [
    { data: { group, stream: origin.stream, revision: 0, eventId }, becomes: { blocksStream: true } },
  ],
  StreamReleased: [
    {
      before: { blocksStream: true },
      data: { group, stream: origin.stream, revision: 4, eventId },
      becomes: { blocksStream: false },
    },
  ],
  MessageSuspected: [{ data: { group, origin, attemptId: replayId }, becomes: {} }],
  SuspicionCleared: [{ data: { group, origin, attemptId: replayId }, becomes: {} }],
};

t.test('how each entry of a ledger changes a failed message', async (t) => {
  for (const { what, found, wanted } of outcomesOf(failedMessages, waiting, {}, table)) {
    t.strictSame(found, wanted, what);
  }
});

t.test('which failed messages an entry is about', async (t) => {
  const id = `${group}:${eventId}`;
  const facts = { stream: `failures-${group}`, revision: 3, eventId: entryId, actor: by, occurredAt: NOW };
  const about = Object.entries(table).map(([type, [{ data }]]) => {
    const event = { type, data };
    if (!failedMessages.isEvent(event)) throw new Error(type);
    return [type, failedMessages.documentIdOf(event, facts), failedMessages.documentsWhere(event, facts)];
  });
  t.strictSame(about, [
    ['MessageParked', id, undefined],
    ['ReplayStarted', undefined, undefined],
    ['ReplayRequested', id, undefined],
    ['ReplayCancelled', undefined, { field: 'replay', value: batch }],
    ['MessageRecovered', id, undefined],
    ['MessageDiscarded', id, undefined],
    ['PersonalDataShown', undefined, undefined],
    ['StreamBlocked', id, undefined],
    ['StreamReleased', id, undefined],
    ['MessageSuspected', undefined, undefined],
    ['SuspicionCleared', undefined, undefined],
  ]);
});

t.test('what the ledger says about a message that it never called failed makes no document', async (t) => {
  const facts = {
    id: _id,
    stream: `failures-${group}`,
    revision,
    eventId: entryId,
    actor: by,
    occurredAt: NOW,
  };
  const made = Object.entries(table).flatMap(([type, [{ data }]]) => {
    const event = { type, data };
    return failedMessages.isEvent(event) && failedMessages.apply(undefined, event, facts) ? [type] : [];
  });
  t.strictSame(made, ['MessageParked']);
});
