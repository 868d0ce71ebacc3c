import type { ExpectedRevision } from './core/decide-append.ts';
import { RpcError, STATUS } from './rpc/status.ts';

/** Every error of the protocol that has a name, with the status, text and trailers that the real server gives it. */

/** The largest append, as the sum of its events' data in bytes. */
export const MAX_APPEND_SIZE = 1_048_576;

export function streamDeleted(stream: string): RpcError {
  return new RpcError(STATUS.failedPrecondition, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': ascii(stream),
  });
}

/** `actual` is the stream's last revision; -1 where it has none. */
export function deleteWrongVersion(stream: string, expected: ExpectedRevision, actual: number): RpcError {
  const version = expectedVersion(expected);
  return new RpcError(
    STATUS.failedPrecondition,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${version}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': ascii(stream),
      'expected-version': String(version),
      'actual-version': String(actual),
    },
  );
}

function expectedVersion(expected: ExpectedRevision): number {
  switch (expected.kind) {
    case 'any':
      return -2;
    case 'no_stream':
      return -1;
    case 'stream_exists':
      return -4;
    case 'revision':
      return expected.revision;
  }
}

export function appendTooLarge(): RpcError {
  return new RpcError(STATUS.invalidArgument, `Maximum Append Size of ${MAX_APPEND_SIZE} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_SIZE),
  });
}

export function missingMetadata(property: string): RpcError {
  return new RpcError(STATUS.invalidArgument, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

export function accessDenied(): RpcError {
  return new RpcError(STATUS.permissionDenied, 'Access Denied', { exception: 'access-denied' });
}

export function unauthenticated(): RpcError {
  return new RpcError(STATUS.unauthenticated, 'Unauthenticated');
}

export function consumerTooSlow(): RpcError {
  return new RpcError(
    STATUS.aborted,
    'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  );
}

/** What the real server says of arguments that it does not check but stumbles over. */
export function handlerFailed(): RpcError {
  return new RpcError(STATUS.unknown, 'Exception was thrown by handler.');
}

export function readFailed(of: 'ReadStreamResult' | 'ReadAllResult'): RpcError {
  return new RpcError(STATUS.unknown, `Unexpected ${of}: Error`);
}

/**
 * The disk refuses. Not UNAVAILABLE: clients would give up the connection, and with it the subscriptions that still work.
 */
export function cannotWrite(cause: Error): RpcError {
  return new RpcError(STATUS.resourceExhausted, cause.message);
}

export function groupExists(stream: string, group: string): RpcError {
  return new RpcError(STATUS.alreadyExists, `Subscription group ${group} on stream ${stream} exists.`, {
    exception: 'persistent-subscription-exists',
    ...groupTrailers(stream, group),
  });
}

export function groupMissing(stream: string, group: string): RpcError {
  return new RpcError(STATUS.notFound, `Subscription group ${group} on stream ${stream} does not exist.`, {
    exception: 'persistent-subscription-does-not-exist',
    ...groupTrailers(stream, group),
  });
}

export function groupFailed(stream: string, group: string, reason: string): RpcError {
  return new RpcError(
    STATUS.internal,
    `Subscription group ${group} on stream ${stream} failed: '${reason}'`,
    { exception: 'persistent-subscription-failed', ...groupTrailers(stream, group), reason: ascii(reason) },
  );
}

export function groupFull(stream: string, group: string): RpcError {
  return new RpcError(
    STATUS.failedPrecondition,
    `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
    { exception: 'maximum-subscribers-reached', ...groupTrailers(stream, group) },
  );
}

export function groupDropped(stream: string, group: string): RpcError {
  return new RpcError(STATUS.cancelled, `Subscription group ${group} on stream ${stream} was dropped.`, {
    exception: 'persistent-subscription-dropped',
    ...groupTrailers(stream, group),
  });
}

function groupTrailers(stream: string, group: string): Record<string, string> {
  return {
    'stream-name': ascii(stream),
    ...(group === '' ? {} : { 'group-name': ascii(group) }),
  };
}

/** Trailers carry ASCII only. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
