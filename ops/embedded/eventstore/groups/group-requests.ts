import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { EventStore } from '../core/event-store.ts';
import { groupFailed, handlerFailed } from '../errors.ts';
import { readFilter } from '../streams/read-request.ts';
import {
  ALL,
  type GroupConfig,
  type GroupSettings,
  type GroupSource,
  STRATEGIES,
  sourceName,
} from './settings.ts';

const TICKS_PER_MS = 10_000;

type SettingsMessage = persistentPb.CreateReq.Settings | persistentPb.UpdateReq.Settings;
type OptionsMessage = persistentPb.CreateReq.Options | persistentPb.UpdateReq.Options;
type Identifier = { getStreamName_asU8(): Uint8Array } | undefined;

/** Reads `CreateReq`. @throws RpcError where it cannot be. */
export function parseCreate(message: Buffer, store: EventStore): GroupConfig {
  const options = persistentPb.CreateReq.deserializeBinary(message).getOptions();
  if (options === undefined) throw handlerFailed();
  const source = createSource(options);
  const name = options.getSettings()?.getConsumerStrategy() ?? '';
  const strategy = STRATEGIES.find((known) => known === name);
  if (name !== '' && strategy === undefined) {
    throw groupFailed(
      sourceName(source),
      options.getGroupName(),
      `Consumer strategy ${name} does not exist.`,
    );
  }
  const settings = readSettings(options, source, store);
  return {
    source,
    group: options.getGroupName(),
    settings: strategy === undefined ? settings : { ...settings, strategy },
    startedAt: endOf(source, store),
  };
}

/** Reads `UpdateReq`: the filter of a group on `$all` cannot be changed and is not in it. */
export function parseUpdate(
  message: Buffer,
  store: EventStore,
): { source: string; group: string; settings: GroupSettings; startedAt: number } {
  const options = persistentPb.UpdateReq.deserializeBinary(message).getOptions();
  if (options === undefined) throw handlerFailed();
  const source: GroupSource = options.hasAll()
    ? { kind: 'all', filter: undefined }
    : { kind: 'stream', stream: streamOf(options) };
  return {
    source: sourceName(source),
    group: options.getGroupName(),
    settings: readSettings(options, source, store),
    startedAt: endOf(source, store),
  };
}

/** Where what is appended next will be. */
function endOf(source: GroupSource, store: EventStore): number {
  return source.kind === 'all' ? store.log.committed : (store.index.stream(source.stream)?.last ?? -1) + 1;
}

function createSource(options: persistentPb.CreateReq.Options): GroupSource {
  const all = options.getAll();
  if (all === undefined) return { kind: 'stream', stream: streamOf(options) };
  const filter = all.getFilter();
  return { kind: 'all', filter: filter && readFilter(filter).filter };
}

function streamOf(options: OptionsMessage): string {
  const stream = identifierName(options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier());
  if (stream === '' || stream === ALL) throw handlerFailed();
  return stream;
}

function readSettings(options: OptionsMessage, source: GroupSource, store: EventStore): GroupSettings {
  const message = options.getSettings();
  if (message === undefined) throw handlerFailed();
  return {
    resolveLinks: message.getResolveLinks(),
    extraStatistics: message.getExtraStatistics(),
    messageTimeoutMs: message.hasMessageTimeoutTicks()
      ? Number(message.getMessageTimeoutTicks()) / TICKS_PER_MS
      : message.getMessageTimeoutMs(),
    maxRetryCount: message.getMaxRetryCount(),
    checkpointAfterMs: message.hasCheckpointAfterTicks()
      ? Number(message.getCheckpointAfterTicks()) / TICKS_PER_MS
      : message.getCheckpointAfterMs(),
    minCheckpointCount: message.getMinCheckpointCount(),
    maxCheckpointCount: message.getMaxCheckpointCount(),
    maxSubscriberCount: message.getMaxSubscriberCount(),
    liveBufferSize: message.getLiveBufferSize(),
    readBatchSize: message.getReadBatchSize(),
    historyBufferSize: message.getHistoryBufferSize(),
    strategy: STRATEGIES[message.getNamedConsumerStrategy()] ?? 'RoundRobin',
    start: source.kind === 'all' ? allStart(options, store) : streamStart(options, message),
  };
}

/** Clients say the end in a field of its own, or with the largest number there is. */
function streamStart(options: OptionsMessage, settings: SettingsMessage): number | 'end' {
  const stream = options.getStream();
  if (stream?.hasEnd()) return 'end';
  if (stream?.hasStart()) return 0;
  const revision = Number(stream?.hasRevision() ? stream.getRevision() : settings.getRevision());
  return revision > Number.MAX_SAFE_INTEGER ? 'end' : revision;
}

function allStart(options: OptionsMessage, store: EventStore): number | 'end' {
  const all = options.getAll();
  if (all?.hasEnd()) return 'end';
  const position = all?.getPosition();
  if (position === undefined) return 0;
  const commit = Number(position.getCommitPosition());
  const refuse = (reason: string) =>
    groupFailed(ALL, options.getGroupName(), `Invalid Start From position: ${reason}`);
  if (Number(position.getPreparePosition()) > commit) {
    throw refuse('prepare position must be less than or equal to the commit position.');
  }
  if (commit > store.log.committed) {
    throw refuse(
      'commit position must be less than or equal to the last commit position in the transaction file.',
    );
  }
  if (commit > 0 && commit < store.log.committed && !store.log.isBoundary(commit)) {
    throw refuse('no event begins at the commit position.');
  }
  return commit;
}

/** Which group a request is about: the requests that only name one. */
export function groupOf(options: {
  hasAll(): boolean;
  getStreamIdentifier(): Identifier;
  getGroupName(): string;
}): { source: string; group: string } {
  const source = options.hasAll() ? ALL : identifierName(options.getStreamIdentifier());
  if (source === '') throw handlerFailed();
  return { source, group: options.getGroupName() };
}

export function identifierName(identifier: Identifier): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? '').toString('utf8');
}
