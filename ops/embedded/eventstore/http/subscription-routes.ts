import { randomUUID } from 'node:crypto';
import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import type { Group } from '../groups/group.ts';
import { type GroupInfo, groupInfo } from '../groups/group-info.ts';
import type { Groups } from '../groups/groups.ts';
import { ALL, type GroupSettings, groupKey, sourceName } from '../groups/settings.ts';
import { isRead } from './node-routes.ts';
import type { Answer, Request, Route } from './router.ts';

/** Persistent subscriptions over HTTP: lists, details, replay and restart (what clients fall back to, and people look at). */
export function subscriptionRoutes(store: EventStore, groups: Groups, guard: Guard): Route {
  return async (request) => {
    const [first, source, name, action, ...rest] = request.path;
    if (first !== 'subscriptions' || rest.length > 0) return undefined;
    if (request.method === 'POST') {
      guard.operate(request.principal);
      return change(groups, request);
    }
    if (!isRead(request)) return undefined;
    if (source === undefined) return { status: 200, body: summaries(store, [...groups.all]) };
    if (name === undefined) {
      const found = [...groups.all].filter((group) => sourceName(group.config.source) === source);
      return found.length === 0 ? { status: 404 } : { status: 200, body: summaries(store, found) };
    }
    if (action !== 'info') return undefined;
    const group = find(groups, source, name);
    return group === undefined ? { status: 404 } : { status: 200, body: details(store, group) };
  };
}

async function change(groups: Groups, { path, query }: Request): Promise<Answer | undefined> {
  const [, source = '', name = '', action] = path;
  if (path.length === 2 && source === 'restart') {
    await groups.restart();
    return { status: 200, body: 'Restarting' };
  }
  if (action !== 'replayParked') return undefined;
  const stopAt = query.get('stopAt');
  if (stopAt !== null && !/^\d+$/.test(stopAt)) {
    return { status: 400, body: 'stopAt should be a properly formed positive long' };
  }
  const group = find(groups, source, name);
  const outcome = { correlationId: randomUUID(), msgTypeId: 67, label: 'OtherClientMessage' };
  if (group === undefined) {
    return {
      status: 404,
      body: { ...outcome, reason: `Unable to locate '${groupKey(source, name)}'`, result: 'DoesNotExist' },
    };
  }
  await group.replayParked(stopAt === null ? undefined : Number(stopAt));
  return { status: 200, body: { ...outcome, reason: '', result: 'Success' } };
}

function find(groups: Groups, source: string, name: string): Group | undefined {
  return [...groups.all].find((group) => group.key === groupKey(source, name));
}

function summaries(store: EventStore, groups: readonly Group[]) {
  return groups.map((group) => {
    const info = groupInfo(store, group);
    return {
      links: [{ href: `/subscriptions/${address(info)}/info`, rel: 'detail' }],
      ...common(info),
      averageItemsPerSecond: info.averagePerSecond,
      totalItemsProcessed: info.totalItems,
      connectionCount: info.connections.length,
      totalInFlightMessages: info.totalInFlightMessages,
    };
  });
}

function details(store: EventStore, group: Group) {
  const info = groupInfo(store, group);
  return {
    links: [
      { href: `/subscriptions/${address(info)}/info`, rel: 'detail' },
      { href: `/subscriptions/${address(info)}/replayParked`, rel: 'replayParked' },
    ],
    config: config(group.config.settings, info),
    ...common(info),
    averageItemsPerSecond: info.averagePerSecond,
    totalItemsProcessed: info.totalItems,
    countSinceLastMeasurement: info.countSinceLastMeasurement,
    readBufferCount: info.readBufferCount,
    liveBufferCount: info.liveBufferCount,
    retryBufferCount: info.retryBufferCount,
    totalInFlightMessages: info.totalInFlightMessages,
    outstandingMessagesCount: info.outstandingMessagesCount,
    connections: info.connections.map(({ observedMeasurements, ...connection }) => ({
      ...connection,
      ...(observedMeasurements.length === 0 ? {} : { extraStatistics: observedMeasurements }),
    })),
    parkedMessageCount: info.parkedMessageCount,
  };
}

function common(info: GroupInfo) {
  const parked = encodeURIComponent(
    `$persistentsubscription-${groupKey(info.eventSource, info.groupName)}-parked`,
  );
  const isAll = info.eventSource === ALL;
  return {
    eventStreamId: info.eventSource,
    groupName: info.groupName,
    status: info.status,
    parkedMessageUri: `/streams/${parked}`,
    getMessagesUri: `/subscriptions/${address(info)}/10`,
    lastProcessedEventNumber: isAll ? 0 : revision(info.lastCheckpointedEventPosition),
    lastCheckpointedEventPosition: info.lastCheckpointedEventPosition,
    lastKnownEventNumber: isAll ? 0 : revision(info.lastKnownEventPosition),
    lastKnownEventPosition: info.lastKnownEventPosition,
  };
}

function revision(position: string): number {
  return position === '' ? -1 : Number(position);
}

function address({ eventSource, groupName }: GroupInfo): string {
  return `${encodeURIComponent(eventSource)}/${encodeURIComponent(groupName)}`;
}

function config(settings: GroupSettings, info: GroupInfo) {
  return {
    resolveLinktos: settings.resolveLinks,
    startFrom: info.eventSource === ALL ? 0 : Number(info.startFrom),
    startPosition: info.startFrom,
    messageTimeoutMilliseconds: settings.messageTimeoutMs,
    extraStatistics: settings.extraStatistics,
    maxRetryCount: settings.maxRetryCount,
    liveBufferSize: settings.liveBufferSize,
    bufferSize: settings.historyBufferSize,
    readBatchSize: settings.readBatchSize,
    preferRoundRobin: settings.strategy === 'RoundRobin',
    checkPointAfterMilliseconds: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    namedConsumerStrategy: settings.strategy,
  };
}
