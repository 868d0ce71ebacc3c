import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Handler } from '../rpc/rpc-server.ts';

/** The version of the server that this node behaves like. */
export const SERVER_VERSION = '23.10.6';

const PERSISTENT = 'event_store.client.persistent_subscriptions.persistentsubscriptions';
const STREAMS = 'event_store.client.streams.streams';

/** What clients may ask for (names as the real server spells them, in lower case), with the features of each method. */
const METHODS: readonly (readonly [service: string, method: string, features: readonly string[]])[] = [
  [STREAMS, 'read', ['position', 'events']],
  [STREAMS, 'append', []],
  [STREAMS, 'delete', []],
  [STREAMS, 'tombstone', []],
  [STREAMS, 'batchappend', ['deadline_duration']],
  ...['create', 'update', 'delete', 'read', 'getinfo', 'replayparked', 'list', 'restartsubsystem'].map(
    (method) => [PERSISTENT, method, ['stream', 'all']] as const,
  ),
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.operations.operations', 'startscavenge', []],
  ['event_store.client.operations.operations', 'restartpersistentsubscriptions', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
];

/** ServerFeatures.GetSupportedMethods. What is not listed is answered as unimplemented. */
export function featuresService(): [string, Handler][] {
  const supported = new featuresPb.SupportedMethods();
  supported.setEventStoreServerVersion(SERVER_VERSION);
  for (const [service, method, features] of METHODS) {
    const entry = new featuresPb.SupportedMethod();
    entry.setServiceName(service);
    entry.setMethodName(method);
    entry.setFeaturesList([...features]);
    supported.addMethods(entry);
  }
  const message = supported.serializeBinary();
  return [
    [
      '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
      async (call) => {
        await call.request();
        call.send(message);
      },
    ],
  ];
}
