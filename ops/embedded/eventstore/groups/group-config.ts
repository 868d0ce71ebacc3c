import { type EventStore, newEvent } from '../core/event-store.ts';
import { METADATA_TYPE, metadataStreamOf } from '../core/names.ts';
import { localTime } from './parking.ts';
import {
  ALL,
  type GroupConfig,
  type GroupSettings,
  type GroupSource,
  parsePositionText,
  positionText,
  STRATEGIES,
  sourceName,
} from './settings.ts';

const CONFIG_STREAM = '$persistentSubscriptionConfig';
const CONFIG_TYPE = '$PersistentConfig';

/** A group in the configuration event; what is zero, false or empty is left out. */
type Entry = {
  readonly stream: string;
  readonly group: string;
  readonly [setting: string]: unknown;
};

/** Writes the list of all groups: the newest event of its stream is what holds. */
export async function saveGroups(
  store: EventStore,
  groups: readonly GroupConfig[],
  by: string,
): Promise<void> {
  if (store.index.stream(CONFIG_STREAM) === undefined) {
    await store.append(metadataStreamOf(CONFIG_STREAM), { kind: 'any' }, [
      newEvent(METADATA_TYPE, Buffer.from('{"$maxCount":2}')),
    ]);
  }
  const config = {
    version: '2',
    updated: localTime(new Date(store.clock())),
    updatedBy: by,
    entries: groups.map(entryOf),
  };
  await store.append(CONFIG_STREAM, { kind: 'any' }, [
    newEvent(CONFIG_TYPE, Buffer.from(JSON.stringify(config))),
  ]);
}

/** @throws Error where the list cannot be understood. */
export function loadGroups(store: EventStore): GroupConfig[] {
  const view = store.streams.view(CONFIG_STREAM);
  if (view.kind !== 'present') return [];
  const record = store.streams.event(CONFIG_STREAM, view.last);
  if (record === undefined) return [];
  const config: unknown = JSON.parse(record.data.toString('utf8'));
  if (
    typeof config !== 'object' ||
    config === null ||
    !('entries' in config) ||
    !Array.isArray(config.entries)
  ) {
    throw new Error(`The newest event of ${CONFIG_STREAM} is not a list of groups.`);
  }
  return config.entries.filter(isEntry).map(configOf);
}

function entryOf({ source, group, settings, startedAt }: GroupConfig): Entry {
  const start = settings.start === 'end' ? -1 : settings.start;
  const optional = {
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeout: settings.messageTimeoutMs,
    startPosition: positionText(source, start),
    liveBufferSize: settings.liveBufferSize,
    historyBufferSize: settings.historyBufferSize,
    maxRetryCount: settings.maxRetryCount,
    readBatchSize: settings.readBatchSize,
    checkPointAfter: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    namedConsumerStrategy: settings.strategy,
    startedAt: settings.start === 'end' ? startedAt : 0,
    filter: source.kind === 'all' ? source.filter : undefined,
  };
  const written = Object.entries(optional).filter(
    ([, value]) => value !== 0 && value !== false && value !== undefined,
  );
  return { stream: sourceName(source), group, ...Object.fromEntries(written) };
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'stream' in value &&
    typeof value.stream === 'string' &&
    'group' in value &&
    typeof value.group === 'string'
  );
}

function configOf(entry: Entry): GroupConfig {
  const number = (name: string): number => (typeof entry[name] === 'number' ? entry[name] : 0);
  const start = typeof entry.startPosition === 'string' ? parsePositionText(entry.startPosition) : undefined;
  const settings: GroupSettings = {
    resolveLinks: entry.resolveLinkTos === true,
    extraStatistics: entry.extraStatistics === true,
    messageTimeoutMs: number('messageTimeout'),
    maxRetryCount: number('maxRetryCount'),
    checkpointAfterMs: number('checkPointAfter'),
    minCheckpointCount: number('minCheckPointCount'),
    maxCheckpointCount: number('maxCheckPointCount'),
    maxSubscriberCount: number('maxSubscriberCount'),
    liveBufferSize: number('liveBufferSize'),
    readBatchSize: number('readBatchSize'),
    historyBufferSize: number('historyBufferSize'),
    strategy: STRATEGIES.find((name) => name === entry.namedConsumerStrategy) ?? 'RoundRobin',
    start: start === undefined || start < 0 ? 'end' : start,
  };
  return { source: sourceOf(entry), group: entry.group, settings, startedAt: number('startedAt') };
}

function sourceOf(entry: Entry): GroupSource {
  if (entry.stream !== ALL) return { kind: 'stream', stream: entry.stream };
  const { filter } = entry;
  if (typeof filter !== 'object' || filter === null || !('on' in filter) || !('by' in filter)) {
    return { kind: 'all', filter: undefined };
  }
  const on = filter.on === 'type' ? 'type' : 'stream';
  const { by } = filter;
  if (typeof by !== 'object' || by === null) return { kind: 'all', filter: undefined };
  if ('regex' in by && typeof by.regex === 'string')
    return { kind: 'all', filter: { on, by: { regex: by.regex } } };
  const prefixes = 'prefixes' in by && Array.isArray(by.prefixes) ? by.prefixes : [];
  const texts = prefixes.filter((prefix): prefix is string => typeof prefix === 'string');
  return { kind: 'all', filter: { on, by: { prefixes: texts } } };
}
