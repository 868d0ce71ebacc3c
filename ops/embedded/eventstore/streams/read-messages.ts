import { bytesField, varintField } from '../wire/protobuf.ts';

/** The small messages of a `ReadResp` stream (streams.proto). */

export function confirmation(subscriptionId: string): Buffer {
  return bytesField(2, bytesField(1, Buffer.from(subscriptionId)));
}

export function checkpoint(position: number): Buffer {
  return bytesField(3, Buffer.concat([varintField(1, position), varintField(2, position)]));
}

export function streamNotFound(stream: string): Buffer {
  return bytesField(4, bytesField(1, bytesField(3, Buffer.from(stream))));
}

export function firstStreamPosition(revision: number): Buffer {
  return varintField(5, revision, true);
}

export function lastStreamPosition(revision: number): Buffer {
  return varintField(6, revision, true);
}

export function caughtUp(): Buffer {
  return bytesField(8, Buffer.alloc(0));
}
