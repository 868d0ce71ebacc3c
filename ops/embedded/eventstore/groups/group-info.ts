import type { EventStore } from '../core/event-store.ts';
import type { Consumer } from './consumer.ts';
import type { Group } from './group.ts';
import { parkedCount } from './parking.ts';
import { positionText, sourceName } from './settings.ts';

export type ConnectionInfo = {
  readonly from: string;
  readonly username: string;
  readonly connectionName: string;
  readonly averageItemsPerSecond: number;
  readonly totalItems: number;
  readonly countSinceLastMeasurement: number;
  readonly observedMeasurements: readonly { readonly key: string; readonly value: number }[];
  readonly availableSlots: number;
  readonly inFlightMessages: number;
};

/** Everything that can be asked about a group. */
export type GroupInfo = {
  readonly eventSource: string;
  readonly groupName: string;
  readonly status: string;
  readonly connections: readonly ConnectionInfo[];
  readonly averagePerSecond: number;
  readonly totalItems: number;
  readonly countSinceLastMeasurement: number;
  /** Empty where there is none. */
  readonly lastCheckpointedEventPosition: string;
  readonly lastKnownEventPosition: string;
  readonly startFrom: string;
  readonly readBufferCount: number;
  readonly liveBufferCount: number;
  readonly retryBufferCount: number;
  readonly totalInFlightMessages: number;
  readonly outstandingMessagesCount: number;
  readonly parkedMessageCount: number;
};

/** Asks a group. Averages are those since it was last asked. */
export function groupInfo(store: EventStore, group: Group): GroupInfo {
  const now = store.clock();
  const { source, settings } = group.config;
  const measured = group.throughput.measure(now);
  const { buffered, live, retries, outstanding } = group.counts;
  const text = (position: number | undefined): string =>
    position === undefined || position < 0 ? '' : positionText(source, position);
  const connections = [...group.consumers].map((consumer) =>
    connectionInfo(consumer, now, settings.extraStatistics),
  );
  return {
    eventSource: sourceName(source),
    groupName: group.config.group,
    status: group.status,
    connections,
    averagePerSecond: measured.perSecond,
    totalItems: measured.total,
    countSinceLastMeasurement: measured.sinceLast,
    lastCheckpointedEventPosition: text(group.checkpoint.position),
    lastKnownEventPosition: text(group.lastKnown),
    startFrom: positionText(source, settings.start === 'end' ? -1 : settings.start),
    readBufferCount: buffered,
    liveBufferCount: live,
    retryBufferCount: retries,
    totalInFlightMessages: outstanding,
    outstandingMessagesCount: outstanding,
    parkedMessageCount: parkedCount(store, group.parkedStream),
  };
}

function connectionInfo(consumer: Consumer, now: number, extraStatistics: boolean): ConnectionInfo {
  const measured = consumer.throughput.measure(now);
  return {
    from: '',
    username: consumer.username,
    connectionName: consumer.connectionName,
    averageItemsPerSecond: measured.perSecond,
    totalItems: measured.total,
    countSinceLastMeasurement: measured.sinceLast,
    observedMeasurements: extraStatistics ? measurements(consumer.latencies) : [],
    availableSlots: consumer.bufferSize - consumer.inFlight,
    inFlightMessages: consumer.inFlight,
  };
}

/** How long messages took, from delivery to settlement, in milliseconds, under the names that the real server gives. */
function measurements(latencies: readonly number[]): { key: string; value: number }[] {
  if (latencies.length === 0) return [];
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const named: [string, number][] = [
    ['Mean', mean],
    ['Median', at(0.5)],
    ['Fastest', at(0)],
    ...[1, 2, 3, 4, 5].map((fifth): [string, number] => [`Quintile ${fifth}`, at(fifth / 5)]),
    ...[90, 95, 99, 99.5, 99.9].map((percent): [string, number] => [`${percent}%`, at(percent / 100)]),
    ['Highest', at(1)],
  ];
  return named.map(([key, value]) => ({ key, value: Math.round(value) }));
}
