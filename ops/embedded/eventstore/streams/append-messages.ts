import type { ExpectedRevision } from '../core/decide-append.ts';
import { bytesField, varintField } from '../wire/protobuf.ts';

/** `AppendResp`, `BatchAppendResp`, `DeleteResp` of streams.proto, written by hand: they answer every append. */

const EMPTY = Buffer.alloc(0);

function position(at: number): Buffer {
  return Buffer.concat([varintField(1, at), varintField(2, at)]);
}

/** `Success { 1 current_revision | 2 no_stream, 3 position }`, the same in both responses. */
function success(revision: number, at: number): Buffer {
  return Buffer.concat([
    revision < 0 ? bytesField(2, EMPTY) : varintField(1, revision, true),
    bytesField(3, position(at)),
  ]);
}

export function appendSuccess(revision: number, at: number): Buffer {
  return bytesField(1, success(revision, at));
}

const NO_STREAM_BEFORE_20_6 = Buffer.from([0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);

/** `AppendResp.wrong_expected_version`, with the fields of clients older than 20.6 and the newer ones. */
export function appendWrongVersion(expected: ExpectedRevision, current: number): Buffer {
  const currentFields =
    current < 0
      ? [bytesField(2, EMPTY), bytesField(7, EMPTY)]
      : [varintField(1, current, true), varintField(6, current, true)];
  return bytesField(2, Buffer.concat([...currentFields, ...expectedFields(expected)]));
}

function expectedFields(expected: ExpectedRevision): Buffer[] {
  switch (expected.kind) {
    case 'revision':
      return [varintField(3, expected.revision, true), varintField(8, expected.revision, true)];
    case 'any':
      return [bytesField(4, EMPTY), bytesField(9, EMPTY)];
    case 'stream_exists':
      return [bytesField(5, EMPTY), bytesField(10, EMPTY)];
    case 'no_stream':
      return [NO_STREAM_BEFORE_20_6, bytesField(11, EMPTY)];
  }
}

/** Answers one batch; `correlationId` is the content of the UUID field as the client sent it. */
export function batchSuccess(correlationId: Buffer, stream: string, revision: number, at: number): Buffer {
  return batchResponse(correlationId, stream, bytesField(3, success(revision, at)));
}

/** What went wrong with one batch: `google.rpc.Status { 1 code, 2 message, 3 details }`. */
export type BatchError = {
  readonly code: number;
  readonly message: string;
  /** Name of the message in `event_store.client`, and its bytes. */
  readonly detail: { readonly type: string; readonly bytes: Buffer };
};

export function batchError(correlationId: Buffer, stream: string, error: BatchError): Buffer {
  const type = Buffer.from(`type.googleapis.com/event_store.client.${error.detail.type}`);
  const any = Buffer.concat([bytesField(1, type), bytesField(2, error.detail.bytes)]);
  const status = Buffer.concat([
    varintField(1, error.code),
    bytesField(2, Buffer.from(error.message)),
    bytesField(3, any),
  ]);
  return batchResponse(correlationId, stream, bytesField(2, status));
}

function batchResponse(correlationId: Buffer, stream: string, result: Buffer): Buffer {
  return Buffer.concat([
    bytesField(1, correlationId),
    result,
    bytesField(4, bytesField(3, Buffer.from(stream))),
  ]);
}

/** The detail `WrongExpectedVersion` of a batch's error. */
export function wrongVersionDetail(expected: ExpectedRevision, current: number): BatchError {
  const currentField = current < 0 ? bytesField(2, EMPTY) : varintField(1, current, true);
  return {
    code: 6,
    message: 'WrongExpectedVersion',
    detail: { type: 'WrongExpectedVersion', bytes: Buffer.concat([currentField, expectedDetail(expected)]) },
  };
}

function expectedDetail(expected: ExpectedRevision): Buffer {
  switch (expected.kind) {
    case 'revision':
      return varintField(3, expected.revision, true);
    case 'any':
      return bytesField(4, EMPTY);
    case 'stream_exists':
      return bytesField(5, EMPTY);
    case 'no_stream':
      return bytesField(6, EMPTY);
  }
}

/** `DeleteResp` and `TombstoneResp`. */
export function deleteSuccess(at: number): Buffer {
  return bytesField(1, position(at));
}
