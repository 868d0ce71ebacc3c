// Asks a node with the generated messages themselves: what the official client never says, or never shows.
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type ClientReadableStream, credentials, type ServiceError } from '@grpc/grpc-js';
import type { Test } from 'tap';
import { startTestNode } from './start-node.ts';

/** A node with its official client, and the stubs of its services. */
export async function openStubs(t: Test) {
  const { client, port } = await startTestNode(t);
  const address = `127.0.0.1:${port}`;
  const streams = new streamsGrpc.StreamsClient(address, credentials.createInsecure());
  const groups = new persistentGrpc.PersistentSubscriptionsClient(address, credentials.createInsecure());
  t.teardown(() => {
    streams.close();
    groups.close();
  });
  return { client, address, streams, groups };
}

export function identifier(stream: string): sharedPb.StreamIdentifier {
  const message = new sharedPb.StreamIdentifier();
  message.setStreamName(Buffer.from(stream));
  return message;
}

/** Everything that a call answers, and the error that it ends with. */
export async function drain<T>(
  call: ClientReadableStream<T>,
): Promise<{ messages: T[]; error: ServiceError | undefined }> {
  const messages: T[] = [];
  const error = await new Promise<ServiceError | undefined>((resolve) => {
    call.on('data', (message: T) => messages.push(message));
    call.on('end', () => resolve(undefined));
    call.on('error', resolve);
  });
  return { messages, error };
}

/** The status that a call ended with, and its trailers but for what HTTP adds. */
export function statusOf(error: ServiceError | null | undefined) {
  const { 'content-type': _, date: __, ...trailers } = error?.metadata.getMap() ?? {};
  return { code: error?.code, details: error?.details, trailers };
}
