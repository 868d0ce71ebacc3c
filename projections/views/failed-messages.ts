// failed_messages: one document a failed message, from the ledgers; folded by the same rules as recovery folds them.
import {
  FAILED_MESSAGES,
  type FailedMessageDocument,
} from '../../shared-contracts/documents/failed-message-document.ts';
import { isOneOf, type MessageOf } from '../../shared-contracts/messages/define-message.ts';
import {
  type AttemptState,
  attemptAfter,
  type FailedState,
} from '../../shared-contracts/messages/failed-message-state.ts';
import {
  FAILURE_EVENTS,
  type FailureEvent,
  type MessageParked,
} from '../../shared-contracts/messages/failure-events.ts';
import { ALL_GROUPS, categoryOf, GROUPS } from '../../shared-contracts/messages/names.ts';
import type { DocumentFacts, LedgerView } from './view.ts';

type Failed = FailedMessageDocument;

const LONGEST_SEARCH_TEXT = 2000;
/** An attempt that is told of again is one of the newest: only a step that was interrupted is repeated. */
const MOST_ATTEMPTS = 20;

export const failedMessages: LedgerView<Failed, FailureEvent> = {
  kind: 'many-per-stream',
  model: FAILED_MESSAGES,
  group: GROUPS.projectionsFailedMessages,
  category: categoryOf.failures,
  events: FAILURE_EVENTS,
  isEvent: isOneOf(FAILURE_EVENTS),

  documentIdOf(event) {
    switch (event.type) {
      case 'MessageParked':
      case 'ReplayRequested':
      case 'MessageRecovered':
      case 'MessageDiscarded':
        return `${event.data.group}:${event.data.origin.eventId}`;
      case 'StreamBlocked':
      case 'StreamReleased':
        return `${event.data.group}:${event.data.eventId}`;
      case 'ReplayStarted':
      case 'PersonalDataShown':
      case 'ReplayCancelled':
      case 'MessageSuspected':
      case 'SuspicionCleared':
        return undefined;
    }
  },

  documentsWhere(event) {
    return event.type === 'ReplayCancelled' ? { field: 'replay', value: event.data.batch } : undefined;
  },

  apply(document, event, facts) {
    if (event.type === 'MessageParked') return parked(document, event.data, facts);
    if (document === undefined) return undefined;
    const next = { ...document, revision: facts.revision };
    switch (event.type) {
      case 'ReplayRequested': {
        const lastAttempts = told(document, event.data.replayId, 'queued');
        if (lastAttempts === undefined) return next;
        return { ...next, ...became('replaying', facts), replay: event.data.batch, lastAttempts };
      }
      case 'ReplayCancelled':
        if (document.replay !== event.data.batch) return next;
        return { ...next, ...became('waiting', facts) };
      case 'MessageRecovered': {
        const lastAttempts = told(document, event.data.attemptId, 'recovered');
        if (lastAttempts === undefined) return next;
        return { ...next, ...became('recovered', facts), blocksStream: false, lastAttempts };
      }
      case 'MessageDiscarded': {
        if (document.discardId === facts.eventId) return next;
        const { by: resolvedBy, reason: discardReason } = event.data;
        const why = { resolvedBy, discardReason, discardId: facts.eventId };
        return { ...next, ...became('discarded', facts), blocksStream: false, ...why };
      }
      case 'StreamBlocked':
        return { ...next, blocksStream: true };
      case 'StreamReleased':
        return { ...next, blocksStream: false };
      case 'ReplayStarted':
      case 'PersonalDataShown':
      case 'MessageSuspected':
      case 'SuspicionCleared':
        return next;
    }
  },
};

function parked(
  document: Failed | undefined,
  failure: MessageOf<typeof MessageParked>['data'],
  facts: DocumentFacts,
): Failed {
  const lastAttempts = told(document, failure.attemptId, 'parked');
  if (document !== undefined && lastAttempts === undefined) return { ...document, revision: facts.revision };
  const { group, origin, error, correlationId, traceId, handler, tries, host } = failure;
  const at = new Date(failure.occurredAt);
  const { eventId, type: eventType, stream, revision: streamRevision } = origin;
  const searched = [
    eventType,
    handler,
    error.name,
    error.code,
    error.message,
    stream,
    eventId,
    correlationId,
  ];
  return {
    _id: facts.id,
    revision: facts.revision,
    group,
    service: ALL_GROUPS.find(({ name }) => name === group)?.service ?? null,
    ...became('waiting', { occurredAt: at }),
    attempts: (document?.attempts ?? 0) + 1,
    eventId,
    eventType,
    stream,
    streamRevision,
    blocksStream: document?.blocksStream ?? false,
    correlationId,
    traceId,
    handler,
    tries,
    errorName: error.name,
    errorCode: error.code,
    errorMessage: error.message,
    host,
    firstFailedAt: document?.firstFailedAt ?? at,
    lastFailedAt: at,
    parkedAt: facts.revision,
    discardId: document?.discardId ?? null,
    searchText: searched
      .filter((part) => part !== null)
      .join(' ')
      .toLowerCase()
      .slice(0, LONGEST_SEARCH_TEXT),
    lastAttempts: lastAttempts ?? [],
  };
}

/** A new state, without what was said about the one before. */
function became(state: FailedState, { occurredAt }: Pick<DocumentFacts, 'occurredAt'>) {
  return { state, stateSince: occurredAt, replay: null, resolvedBy: null, discardReason: null };
}

/** The attempts with what an entry tells of one of them; undefined where that is not news. */
function told(
  document: Failed | undefined,
  id: string,
  state: AttemptState,
): Failed['lastAttempts'] | undefined {
  const attempts = document?.lastAttempts ?? [];
  const after = attemptAfter(attempts.find((attempt) => attempt.id === id)?.state, state);
  if (after === undefined) return undefined;
  return [...attempts.filter((attempt) => attempt.id !== id), { id, state: after }].slice(-MOST_ATTEMPTS);
}
