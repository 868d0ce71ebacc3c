import operationsPb from '@eventstore/db-client/generated/operations_pb.js';
import type { Guard } from '../access/access.ts';
import type { Groups } from '../groups/groups.ts';
import type { Handler } from '../rpc/rpc-server.ts';
import { RpcError, STATUS } from '../rpc/status.ts';
import type { Scavenges } from './scavenges.ts';

/** `event_store.client.operations.Operations`, as far as it makes sense for one node. */
export function operationsService(scavenges: Scavenges, groups: Groups, guard: Guard): [string, Handler][] {
  const service = '/event_store.client.operations.Operations';
  return [
    [
      `${service}/StartScavenge`,
      async (call) => {
        guard.operate(call.principal);
        await call.request();
        const { id } = scavenges.start();
        call.send(scavengeMessage(id, operationsPb.ScavengeResp.ScavengeResult.STARTED));
      },
    ],
    [
      `${service}/StopScavenge`,
      async (call) => {
        guard.operate(call.principal);
        const id =
          operationsPb.StopScavengeReq.deserializeBinary(await call.request())
            .getOptions()
            ?.getScavengeId() ?? '';
        if (!scavenges.stop(id)) {
          throw new RpcError(STATUS.notFound, `Scavenge ${id} not found.`, {
            exception: 'scavenge-not-found',
            'scavenge-id': id,
          });
        }
        call.send(scavengeMessage(id, operationsPb.ScavengeResp.ScavengeResult.STOPPED));
      },
    ],
    [
      `${service}/RestartPersistentSubscriptions`,
      async (call) => {
        guard.operate(call.principal);
        await call.request();
        await groups.restart();
        call.send(new Uint8Array(0));
      },
    ],
  ];
}

function scavengeMessage(id: string, result: operationsPb.ScavengeResp.ScavengeResult): Uint8Array {
  const message = new operationsPb.ScavengeResp();
  message.setScavengeId(id);
  message.setScavengeResult(result);
  return message.serializeBinary();
}
