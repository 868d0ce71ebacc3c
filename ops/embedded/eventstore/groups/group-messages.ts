import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { ConnectionInfo, GroupInfo } from './group-info.ts';
import type { GroupSettings } from './settings.ts';

/** What "never" is in milliseconds, to clients. */
const NEVER = 2 ** 31 - 1;

/** `SubscriptionInfo` of persistent.proto. */
export function infoMessage(info: GroupInfo, settings: GroupSettings): persistentPb.SubscriptionInfo {
  const message = new persistentPb.SubscriptionInfo();
  message.setEventSource(info.eventSource);
  message.setGroupName(info.groupName);
  message.setStatus(info.status);
  message.setConnectionsList(info.connections.map(connectionMessage));
  message.setAveragePerSecond(info.averagePerSecond);
  message.setTotalItems(String(info.totalItems));
  message.setCountSinceLastMeasurement(String(info.countSinceLastMeasurement));
  message.setLastCheckpointedEventPosition(info.lastCheckpointedEventPosition);
  message.setLastKnownEventPosition(info.lastKnownEventPosition);
  message.setResolveLinkTos(settings.resolveLinks);
  message.setStartFrom(info.startFrom);
  message.setMessageTimeoutMilliseconds(settings.messageTimeoutMs);
  message.setExtraStatistics(settings.extraStatistics);
  message.setMaxRetryCount(settings.maxRetryCount);
  message.setLiveBufferSize(settings.liveBufferSize);
  message.setBufferSize(settings.historyBufferSize);
  message.setReadBatchSize(settings.readBatchSize);
  message.setCheckPointAfterMilliseconds(
    settings.checkpointAfterMs === 0 ? NEVER : settings.checkpointAfterMs,
  );
  message.setMinCheckPointCount(settings.minCheckpointCount);
  message.setMaxCheckPointCount(settings.maxCheckpointCount);
  message.setReadBufferCount(info.readBufferCount);
  message.setLiveBufferCount(String(info.liveBufferCount));
  message.setRetryBufferCount(info.retryBufferCount);
  message.setTotalInFlightMessages(info.totalInFlightMessages);
  message.setOutstandingMessagesCount(info.outstandingMessagesCount);
  message.setNamedConsumerStrategy(settings.strategy);
  message.setMaxSubscriberCount(settings.maxSubscriberCount);
  message.setParkedMessageCount(String(info.parkedMessageCount));
  return message;
}

function connectionMessage(info: ConnectionInfo): persistentPb.SubscriptionInfo.ConnectionInfo {
  const message = new persistentPb.SubscriptionInfo.ConnectionInfo();
  message.setFrom(info.from);
  message.setUsername(info.username);
  message.setAverageItemsPerSecond(info.averageItemsPerSecond);
  message.setTotalItems(String(info.totalItems));
  message.setCountSinceLastMeasurement(String(info.countSinceLastMeasurement));
  message.setAvailableSlots(info.availableSlots);
  message.setInFlightMessages(info.inFlightMessages);
  message.setConnectionName(info.connectionName);
  message.setObservedMeasurementsList(
    info.observedMeasurements.map(({ key, value }) => {
      const measurement = new persistentPb.SubscriptionInfo.Measurement();
      measurement.setKey(key);
      measurement.setValue(String(value));
      return measurement;
    }),
  );
  return message;
}
