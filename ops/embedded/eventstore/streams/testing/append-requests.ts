// Appends in the words of the protocol, in both its ways: events one by one, and batches with an answer each.
import { randomUUID } from 'node:crypto';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { identifier } from '../../testing/stubs.ts';

function uuid(text: string): sharedPb.UUID {
  const message = new sharedPb.UUID();
  message.setString(text);
  return message;
}

type Proposed = { id?: string; metadata?: Record<string, string>; data?: Buffer };

export function append(
  streams: streamsGrpc.StreamsClient,
  stream: string,
  expected: (options: streamsPb.AppendReq.Options) => unknown,
  events: Proposed[],
) {
  return new Promise<{ response: streamsPb.AppendResp | undefined; error: ServiceError | null }>(
    (resolve) => {
      const call = streams.append((error, response) => resolve({ error, response }));
      const options = new streamsPb.AppendReq.Options();
      options.setStreamIdentifier(identifier(stream));
      expected(options);
      const first = new streamsPb.AppendReq();
      first.setOptions(options);
      call.write(first);
      for (const {
        id = randomUUID(),
        metadata = { type: 'T', 'content-type': 'application/json' },
        data = Buffer.from('{}'),
      } of events) {
        const proposed = new streamsPb.AppendReq.ProposedMessage();
        proposed.setId(uuid(id));
        for (const [key, value] of Object.entries(metadata)) proposed.getMetadataMap().set(key, value);
        proposed.setData(data);
        const request = new streamsPb.AppendReq();
        request.setProposedMessage(proposed);
        call.write(request);
      }
      call.end();
    },
  );
}

export type Batch = {
  id?: string;
  stream: string;
  events?: Proposed[];
  isFinal?: boolean;
  deadline?: Date;
  noStream?: boolean;
};

export function batchRequest({
  id = randomUUID(),
  stream,
  events = [{}],
  isFinal = true,
  deadline,
  noStream,
}: Batch): streamsPb.BatchAppendReq {
  const options = new streamsPb.BatchAppendReq.Options();
  options.setStreamIdentifier(identifier(stream));
  if (noStream) options.setNoStream(new emptyPb.Empty());
  else options.setAny(new emptyPb.Empty());
  if (deadline !== undefined) options.setDeadline(timestampPb.Timestamp.fromDate(deadline));
  const request = new streamsPb.BatchAppendReq();
  request.setCorrelationId(uuid(id));
  request.setOptions(options);
  request.setProposedMessagesList(
    events.map(
      ({
        id: eventId = randomUUID(),
        metadata = { type: 'T', 'content-type': 'application/json' },
        data = Buffer.from('{}'),
      }) => {
        const proposed = new streamsPb.BatchAppendReq.ProposedMessage();
        proposed.setId(uuid(eventId));
        for (const [key, value] of Object.entries(metadata)) proposed.getMetadataMap().set(key, value);
        proposed.setData(data);
        return proposed;
      },
    ),
  );
  request.setIsFinal(isFinal);
  return request;
}
