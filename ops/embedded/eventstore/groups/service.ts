import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { Guard } from '../access/access.ts';
import type { EventStore } from '../core/event-store.ts';
import { groupFailed, groupMissing, handlerFailed } from '../errors.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import type { ServerCall } from '../rpc/server-call.ts';
import { consumeHandler } from './consume.ts';
import type { Group } from './group.ts';
import { groupInfo } from './group-info.ts';
import { infoMessage } from './group-messages.ts';
import { groupOf, identifierName, parseCreate, parseUpdate } from './group-requests.ts';
import type { Groups } from './groups.ts';
import { ALL, sourceName } from './settings.ts';

const EMPTY = new Uint8Array(0);

/** `event_store.client.persistent_subscriptions.PersistentSubscriptions`, by method path. */
export function persistentSubscriptionsService(
  store: EventStore,
  groups: Groups,
  guard: Guard,
): [string, Handler][] {
  const service = '/event_store.client.persistent_subscriptions.PersistentSubscriptions';
  /** A call with one request and one response. */
  const unary = (
    method: string,
    answer: (message: Buffer, call: ServerCall) => Promise<Uint8Array>,
  ): [string, Handler] => [
    `${service}/${method}`,
    async (call) => call.send(await answer(await call.request(), call)),
  ];
  return [
    unary('Create', async (message, call) => {
      guard.operate(call.principal);
      await groups.create(parseCreate(message, store), call.principal.username);
      return EMPTY;
    }),
    unary('Update', async (message, call) => {
      guard.operate(call.principal);
      const { source, group, ...change } = parseUpdate(message, store);
      await groups.update(source, group, change, call.principal.username);
      return EMPTY;
    }),
    unary('Delete', async (message, call) => {
      guard.operate(call.principal);
      const options = persistentPb.DeleteReq.deserializeBinary(message).getOptions();
      if (options === undefined) throw handlerFailed();
      const { source, group } = groupOf(options);
      await groups.delete(source, group, call.principal.username);
      return EMPTY;
    }),
    unary('GetInfo', async (message) => {
      const options = persistentPb.GetInfoReq.deserializeBinary(message).getOptions();
      if (options === undefined) throw handlerFailed();
      const { source, group } = groupOf(options);
      const response = new persistentPb.GetInfoResp();
      response.setSubscriptionInfo(infoOf(store, groups.get(source, group)));
      return response.serializeBinary();
    }),
    unary('ReplayParked', async (message, call) => {
      guard.operate(call.principal);
      await replayParked(groups, message);
      return EMPTY;
    }),
    unary('List', async (message) => list(store, groups, message)),
    unary('RestartSubsystem', async (_message, call) => {
      guard.operate(call.principal);
      await groups.restart();
      return EMPTY;
    }),
    [`${service}/Read`, consumeHandler(groups, guard, store.clock)],
  ];
}

async function replayParked(groups: Groups, message: Buffer): Promise<void> {
  const options = persistentPb.ReplayParkedReq.deserializeBinary(message).getOptions();
  if (options === undefined) throw handlerFailed();
  const { source, group: name } = groupOf(options);
  const group = groups.get(source, name);
  const stopAt = options.hasStopAt() ? Number(options.getStopAt()) : undefined;
  if (stopAt !== undefined && stopAt < 0) {
    throw groupFailed(source, name, 'Cannot stop replaying parked message at a negative version.');
  }
  await group.replayParked(stopAt);
}

function list(store: EventStore, groups: Groups, message: Buffer): Uint8Array {
  const options = persistentPb.ListReq.deserializeBinary(message).getOptions();
  const forStream = options?.getListForStream();
  const wanted =
    forStream === undefined ? undefined : forStream.hasAll() ? ALL : identifierName(forStream.getStream());
  const found = [...groups.all].filter(
    (group) => wanted === undefined || sourceName(group.config.source) === wanted,
  );
  if (wanted !== undefined && found.length === 0) throw groupMissing(wanted, '');
  const response = new persistentPb.ListResp();
  response.setSubscriptionsList(found.map((group) => infoOf(store, group)));
  return response.serializeBinary();
}

function infoOf(store: EventStore, group: Group): persistentPb.SubscriptionInfo {
  return infoMessage(groupInfo(store, group), group.config.settings);
}
