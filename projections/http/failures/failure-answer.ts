import type { FailedMessageDocument } from '../../../shared-contracts/documents/failed-message-document.ts';

/** A failed message as the API tells it. */
export function failureAnswer(document: FailedMessageDocument) {
  const { group, service, state, attempts, eventId, eventType, stream, streamRevision } = document;
  const { blocksStream, correlationId, traceId, handler, tries, errorName, errorCode, errorMessage } =
    document;
  return {
    messageId: document._id,
    ...{ group, service, state, stateSince: document.stateSince.toISOString(), attempts },
    ...{ eventId, eventType, stream, streamRevision, blocksStream, correlationId, traceId },
    ...{ handler, tries, errorName, errorCode, errorMessage },
    firstFailedAt: document.firstFailedAt.toISOString(),
    lastFailedAt: document.lastFailedAt.toISOString(),
  };
}
