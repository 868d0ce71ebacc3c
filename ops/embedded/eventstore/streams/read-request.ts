import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { EventFilter } from '../core/filter.ts';
import { handlerFailed } from '../errors.ts';

export type AllPosition = { readonly commit: number; readonly prepare: number };

/** A request of Streams.Read, taken apart. */
export type ReadRequest = {
  readonly target:
    | { readonly kind: 'stream'; readonly stream: string; readonly from: number | 'start' | 'end' }
    | {
        readonly kind: 'all';
        readonly from: AllPosition | 'start' | 'end';
        readonly filter: FilterRequest | undefined;
      };
  readonly backwards: boolean;
  readonly resolveLinks: boolean;
  /** How many events at most; undefined for a subscription. */
  readonly count: number | undefined;
  readonly textIds: boolean;
  readonly compatibility: number;
};

type FilterRequest = {
  readonly filter: EventFilter;
  /** A checkpoint is due each time that so many events were looked at. */
  readonly checkpointInterval: number;
};

const DEFAULT_WINDOW = 32;

export function parseReadRequest(message: Buffer): ReadRequest {
  const options = streamsPb.ReadReq.deserializeBinary(message).getOptions();
  if (options === undefined) throw handlerFailed();
  return {
    target: options.hasStream() ? streamTarget(options) : allTarget(options),
    backwards: options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS,
    resolveLinks: options.getResolveLinks(),
    count: options.hasSubscription() ? undefined : Number(options.getCount()),
    textIds: options.getUuidOption()?.hasString() ?? false,
    compatibility: options.getControlOption()?.getCompatibility() ?? 0,
  };
}

function streamTarget(options: streamsPb.ReadReq.Options): ReadRequest['target'] {
  const request = options.getStream();
  const name = Buffer.from(request?.getStreamIdentifier()?.getStreamName_asU8() ?? '').toString('utf8');
  if (request === undefined || name === '') throw handlerFailed();
  const from = request.hasStart() ? 'start' : request.hasEnd() ? 'end' : Number(request.getRevision());
  return { kind: 'stream', stream: name, from };
}

function allTarget(options: streamsPb.ReadReq.Options): ReadRequest['target'] {
  const request = options.getAll();
  if (request === undefined) throw handlerFailed();
  const position = request.getPosition();
  const from = request.hasEnd() ? 'end' : position === undefined ? 'start' : readPosition(position);
  const filter = options.getFilter();
  return { kind: 'all', from, filter: filter && readFilter(filter) };
}

function readPosition(position: streamsPb.ReadReq.Options.Position): AllPosition {
  const commit = Number(position.getCommitPosition());
  const prepare = Number(position.getPreparePosition());
  if (prepare > commit) throw handlerFailed();
  return { commit, prepare };
}

/** The same message in streams.proto and persistent.proto. */
type FilterMessage = {
  getStreamIdentifier(): ExpressionMessage | undefined;
  getEventType(): ExpressionMessage | undefined;
  getMax(): number;
  hasMax(): boolean;
  getCheckpointintervalmultiplier(): number;
};
type ExpressionMessage = { getRegex(): string; getPrefixList(): string[] };

export function readFilter(message: FilterMessage): FilterRequest {
  const onStream = message.getStreamIdentifier();
  const expression = onStream ?? message.getEventType();
  const multiplier = message.getCheckpointintervalmultiplier();
  if (expression === undefined || multiplier === 0) throw handlerFailed();
  const prefixes = expression.getPrefixList();
  const filter: EventFilter = {
    on: onStream === undefined ? 'type' : 'stream',
    by: prefixes.length > 0 ? { prefixes } : { regex: expression.getRegex() },
  };
  assertRegex(filter);
  const window = message.hasMax() && message.getMax() > 0 ? message.getMax() : DEFAULT_WINDOW;
  return { filter, checkpointInterval: window * multiplier };
}

function assertRegex(filter: EventFilter): void {
  if (!('regex' in filter.by)) return;
  try {
    new RegExp(filter.by.regex, 'u');
  } catch {
    throw handlerFailed();
  }
}
